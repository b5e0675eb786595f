import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {expect, onTestFinished} from 'vitest';
import {survivors} from '../../src/adapters/processes/process-table.ts';
import {chainStart} from '../../src/core/log/chain.ts';
import {decode} from '../../src/core/log/codec.ts';
import {startOf} from '../../src/core/log/lineage.ts';
import type {Recorded, SessionEvent} from '../../src/core/vocabulary/event.ts';
import {startAgent, type AgentOptions, type AgentProcess, type Finished} from './agent-process.ts';
import {notAgain} from './replayed-home.ts';
import {startProvider, type Protocol, type Provider, type ProviderOptions} from './provider-server.ts';
import {sandbox, type Sandbox} from './sandbox.ts';

export type Journey = Sandbox & {
  /** Starts the program in the repository, or where `cwd` says; `env` is added to the sandbox's own. */
  start: (args: readonly string[], options?: Partial<AgentOptions>) => AgentProcess;
  run: (args: readonly string[], options?: Partial<AgentOptions>) => Promise<Finished>;
  /** Writes the user's configuration file. */
  configure: (toml: string) => void;
  sessions: () => readonly string[];
  /** Every record of a session, each checked against its hash and the record before it; of the only one where none is named. */
  events: (session?: string) => readonly SessionEvent[];
};

/**
 * A sandbox in which the built program runs as a process. When the test is over, nothing that any of its tool calls started may still run, and
 * every session must come out again as it was; then its folder is removed.
 */
export function journey(files?: Readonly<Record<string, string>>): Journey {
  const at = sandbox(files);
  const folder = join(at.home, 'sessions');
  const running: AgentProcess[] = [];
  const start: Journey['start'] = (args, {env, ...options} = {}) => {
    const process = startAgent(args, {cwd: at.repo, ...options, env: {...at.env, ...env}});
    running.push(process);
    return process;
  };
  const sessions = () => (existsSync(folder) ? readdirSync(folder) : []);
  const events = (session = sessions()[0] ?? '') => recordsIn(join(folder, session, 'log.jsonl'), session).map(({event}) => event);
  onTestFinished(async () => {
    for (const {child} of running) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await Promise.all(running.map(({ended}) => ended));
    const left = () => sessions().flatMap(session => leftOf(events(session)));
    // What was killed needs a moment to be gone.
    for (let tries = 0; tries < 20 && left().length > 0; tries++) await delay(50);
    const still = left();
    const odd = await Promise.all(sessions().map(session => notAgain(at.home, session)));
    rmSync(at.root, {recursive: true, force: true});
    expect(still).toEqual([]);
    expect(odd.flat()).toEqual([]);
  });
  const configure = (toml: string) => {
    const file = join(at.env['XDG_CONFIG_HOME'] ?? '', 'agent', 'config.toml');
    mkdirSync(dirname(file), {recursive: true});
    writeFileSync(file, toml);
  };
  return {...at, start, run: (args, options) => start(args, options).ended, configure, sessions, events};
}

/** A journey with a strict provider; `env` and `model` are how the program is told of it for each protocol. */
export async function withProvider(
  options: ProviderOptions = {},
  files?: Readonly<Record<string, string>>,
): Promise<Journey & {provider: Provider; args: (protocol?: Protocol) => readonly string[]}> {
  const at = journey(files);
  const provider = await startProvider({key, ...options});
  onTestFinished(() => provider.close());
  at.configure(`[retries]\nbase_ms = 20\n[providers.own]\nprotocol = "responses"\nurl = "${provider.url}/v1"\nkey_env = "OWN_KEY"\n`);
  Object.assign(at.env, {
    OPENAI_BASE_URL: `${provider.url}/v1`,
    OPENAI_API_KEY: key,
    ANTHROPIC_BASE_URL: provider.url,
    ANTHROPIC_API_KEY: key,
    OWN_KEY: key,
  });
  return {...at, provider, args: (protocol = 'chat') => ['-p', '--mode', 'full', '--model', models[protocol]]};
}

export const key = 'a-key-of-the-test';
const models: Record<Protocol, string> = {chat: 'openai/test-model', responses: 'own/test-model', anthropic: 'anthropic/test-model'};

export const ofType = <Type extends SessionEvent['type']>(
  events: readonly SessionEvent[],
  type: Type,
): readonly Extract<SessionEvent, {type: Type}>[] =>
  events.filter((event): event is Extract<SessionEvent, {type: Type}> => event.type === type);

/** Where there is no log yet there is no record; a torn last line is none either. */
function recordsIn(file: string, session: string): readonly Recorded[] {
  if (!existsSync(file)) return [];
  const records: Recorded[] = [];
  let after = {seq: -1, hash: chainStart(session)};
  for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
    // A fork's chain begins where its parent's does.
    if (after.seq === -1) after = {seq: -1, hash: startOf(Buffer.from(line), session)};
    const decoded = decode(Buffer.from(line), after);
    if ('why' in decoded) throw new Error(`${file}, line ${after.seq + 2}: ${decoded.why}`);
    after = decoded.record;
    records.push(decoded.record as Recorded);
  }
  return records;
}

function leftOf(events: readonly SessionEvent[]): readonly string[] {
  const groups = ofType(events, 'process.spawned').map(({group}) => group);
  const keys = ofType(events, 'tool.started').map(({idempotency_key}) => idempotency_key);
  return survivors(groups, keys).map(({command}) => command);
}
