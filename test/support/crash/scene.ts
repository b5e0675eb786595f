import {existsSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {checkSessionEvent} from '../../../src/core/log/event-schema.ts';
import {isSessionEvent} from '../../../src/core/log/event-types.ts';
import {readJsonlLog} from '../../../src/adapters/session/jsonl-log.ts';
import {sessionState, type SessionState} from '../../../src/core/projections/session-state.ts';
import type {Recorded} from '../../../src/core/vocabulary/event.ts';
import {startAgent, type AgentProcess, type Finished} from '../agent-process.ts';
import {gitFolderOf} from '../git-repository.ts';
import {sandbox, type Sandbox} from '../sandbox.ts';
import {files, type Reference} from './reference.ts';

/** A sandbox with a session to be stopped in: its script, and the file outside the worktree in which every command leaves its key. */
export type Scene = Sandbox & {cut: boolean; effects: string; model: string; dotGit: Record<string, string>; leave: () => void};

export function makeScene(reference: Reference, point: Point | null = null): Scene {
  const at = sandbox(files);
  const effects = join(at.root, 'effects');
  const model = at.script(reference(`printf '%s\\n' "$AGENT_IDEMPOTENCY_KEY" >> '${effects}'`), {repeat_last: true});
  // A power cut takes what was not synced, which `kill -9` leaves.
  return {
    ...at,
    cut: /^(cut|empty):/.test(point ?? ''),
    effects,
    model,
    dotGit: gitFolderOf(at.repo),
    leave: () => rmSync(at.root, {recursive: true, force: true, maxRetries: 3}),
  };
}

/** `after:12`, `torn:3`, …: see `failpoint.mjs`. */
export type Point = string;

const failpoint = resolve(import.meta.dirname, 'failpoint.mjs');

/** The session from its beginning, to its end or to the point where it is stopped. */
export function begin(scene: Scene, point: Point | null = null, trace: string | null = null): AgentProcess {
  return startAgent(['-p', '--mode', 'full', '--model', scene.model, 'Go.'], {
    cwd: scene.repo,
    env: {...scene.env, ...stopping(point, trace)},
  });
}

/** What a user does after a crash: the prompt again where it was not taken, a new one where nothing is owed, else only going on. */
export async function goOn(scene: Scene, point: Point | null = null): Promise<Finished> {
  const state = await stateOf(scene);
  if (state === null || state.opened === null) return begin(scene, point).ended;
  const prompt = state.turn.owes === 'human' ? ['Go on.'] : [];
  return startAgent(['resume', '--last', '-p', '--mode', 'full', ...prompt], {
    cwd: scene.repo,
    env: {...scene.env, ...stopping(point, null)},
  }).ended;
}

function stopping(point: Point | null, trace: string | null): Record<string, string> {
  if (point === null && trace === null) return {};
  return {
    NODE_OPTIONS: `--import=${failpoint}`,
    ...(point === null ? {} : {FAILPOINT: point}),
    ...(trace === null ? {} : {FAILPOINT_TRACE: trace}),
  };
}

/** The session folders, with or without a log in them. */
export function sessionsOf({home}: Scene): readonly string[] {
  const folder = join(home, 'sessions');
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** The one session whose log was begun; null where there is none. */
export function logOf(scene: Scene): {id: string; file: string} | null {
  const begun = sessionsOf(scene).map(id => ({id, file: join(scene.home, 'sessions', id, 'log.jsonl')}));
  const [only, ...more] = begun.filter(({file}) => existsSync(file) && readFileSync(file).includes('\n'));
  if (more.length > 0) throw new Error('More than one session was begun.');
  return only ?? null;
}

/** Every record up to the last whole line, each checked against its hash, its predecessor and its shape; throws where one does not fit. */
export async function recordsOf(scene: Scene): Promise<readonly Recorded[]> {
  const log = logOf(scene);
  if (log === null) return [];
  const records: Recorded[] = [];
  for await (const record of readJsonlLog({file: log.file, name: log.id, now: () => '', check: async () => checkSessionEvent})) {
    if (!isSessionEvent(record.event)) throw new Error(`An unknown event: ${record.event.type}`);
    records.push(record as Recorded);
  }
  return records;
}

export async function stateOf(scene: Scene): Promise<SessionState | null> {
  const records = await recordsOf(scene);
  return records.length === 0 ? null : records.reduce((state, record) => sessionState.apply(state, record), sessionState.initial);
}
