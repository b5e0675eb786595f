import {spawnSync} from 'node:child_process';
import {cpSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, inject, test} from 'vitest';
import {compose} from '../../../src/main/compose.ts';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {runCli} from '../../../src/surfaces/cli/cli.ts';
import {everyPoint, type Tried} from '../../support/crash/campaign.ts';
import {holding} from '../../support/whole-home.ts';
import {captured, CliWorld} from '../../surfaces/cli/world.ts';

const value = 'correct horse battery';
const failpoint = join(import.meta.dirname, '../../support/crash/failpoint.mjs');
const world = new CliWorld({'secret.txt': `${value}\n`});
let id: SessionId;
let before: Buffer;

beforeAll(async () => {
  id = await world.session({prompt: `Log in with ${value}`, commands: ['seq 9000; cat secret.txt']});
  before = readFileSync(join(world.env['AGENT_HOME']!, 'sessions', id, 'log.jsonl'));
});
afterAll(() => world.remove());

/** The command as a process of its own, over a copy of the home; stopped at a point, or run to its end. */
function redact(home: string, point: string | null): NodeJS.Signals | null {
  const env = {...world.env, AGENT_HOME: home, ...(point === null ? {} : {FAILPOINT: point, NODE_OPTIONS: `--import=${failpoint}`})};
  const words = [inject('program'), 'sessions', 'redact', id, '--yes'];
  const {signal, status, stderr} = spawnSync(process.execPath, words, {cwd: world.repo, env, input: value, encoding: 'utf8'});
  if (signal === null && status !== 0) throw new Error(`exit ${status}: ${stderr}`);
  return signal;
}

async function verified(home: string): Promise<string | null> {
  const {io, out, err} = captured();
  const code = await runCli(['audit', 'verify', id], compose({env: {...world.env, AGENT_HOME: home}, cwd: world.repo}), io);
  return code === 0 ? null : `verify ended with ${code}: ${out()}${err()}`;
}

async function tryPoint(k: number): Promise<Tried> {
  const point = `after:${k},effects`;
  const home = join(world.root, `home-${k}`);
  cpSync(world.env['AGENT_HOME']!, home, {recursive: true});
  try {
    if (redact(home, point) === null) return {point, stopped: false, problems: []};
    const log = readFileSync(join(home, 'sessions', id, 'log.jsonl'));
    const isWhole = log.equals(before) || (!log.includes(value) && log.includes('"session.redacted"'));
    const between = await verified(home);
    redact(home, null);
    const after = await verified(home);
    const left = await holding(home, value);
    const problems = [
      ...(isWhole ? [] : ['the log is neither the old one nor the new one']),
      ...(between === null ? [] : [`stopped: ${between}`]),
      ...(after === null ? [] : [`gone on: ${after}`]),
      ...left.map(file => `${file} still holds the value`),
    ];
    return {point, stopped: true, problems};
  } finally {
    rmSync(home, {recursive: true, force: true});
  }
}

test(
  'stopped after a write, fsync, new name or removal, a redaction leaves a whole session, and can be done again',
  {timeout: 5 * 60_000},
  async () => {
    // CRASH=full stops at every one of them; so far apart, each kind is still met.
    const {points, wrong} = await everyPoint(tryPoint, process.env['CRASH'] === 'full' ? 1 : 4);
    expect(wrong).toEqual([]);
    expect(points).toBeGreaterThan(20);
  },
);
