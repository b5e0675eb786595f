import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, inject, test} from 'vitest';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {CliWorld} from '../../surfaces/cli/world.ts';

const failpoint = join(import.meta.dirname, '../../support/crash/failpoint.mjs');
const world = new CliWorld({'a.txt': 'one\n'});
const home = world.env['AGENT_HOME']!;
const kept = join(world.root, 'kept');
let id: SessionId;
let log: Buffer;

const logOf = (session: string): string => join(home, 'sessions', session, 'log.jsonl');
const worktreeOf = (session: string): string => join(home, 'worktrees', readdirSync(join(home, 'worktrees'))[0]!, session);
const content = (session: string): string => readFileSync(join(worktreeOf(session), 'a.txt'), 'utf8');

beforeAll(async () => {
  id = await world.session({commands: ['echo two > a.txt; mkdir deep; echo new > deep/b.txt']});
  log = readFileSync(logOf(id));
  for (const folder of ['home', 'repo']) cpSync(join(world.root, folder), join(kept, folder), {recursive: true, verbatimSymlinks: true});
});
afterAll(() => world.remove());

/** Everything as it was before, at the same paths: a worktree and its repository name each other by them. */
function restore(): void {
  for (const folder of ['home', 'repo']) {
    rmSync(join(world.root, folder), {recursive: true, force: true});
    cpSync(join(kept, folder), join(world.root, folder), {recursive: true, verbatimSymlinks: true});
  }
}

function agent(words: readonly string[], point: string | null = null): {signal: NodeJS.Signals | null; stdout: string} {
  const env = {...world.env, ...(point === null ? {} : {FAILPOINT: point, NODE_OPTIONS: `--import=${failpoint}`})};
  const {signal, status, stdout, stderr} = spawnSync(process.execPath, [inject('program'), ...words], {
    cwd: world.repo,
    env,
    encoding: 'utf8',
  });
  if (signal === null && status !== 0) throw new Error(`${words.join(' ')}: exit ${status}: ${stderr}`);
  return {signal, stdout};
}

/** The command stopped at every operation, or at every so manieth: `check` says what is wrong then. */
async function everyPoint(
  words: readonly string[],
  check: () => Promise<readonly string[]>,
): Promise<{points: number; wrong: readonly string[]}> {
  const apart = process.env['CRASH'] === 'full' ? 1 : 5;
  const wrong: string[] = [];
  let points = 0;
  for (let k = 1; ; k += apart) {
    restore();
    if (agent(words, `after:${k},effects`).signal === null) return {points, wrong};
    points = k;
    const problems = await check().catch((error: unknown) => [String(error)]);
    wrong.push(...problems.map(problem => `after operation ${k}: ${problem}`));
  }
}

/** A fork that was stopped before its log had a name is a folder without one, like any session that was. */
const verified = async (): Promise<readonly string[]> => {
  const {code, out} = await world.run(['audit', 'verify', '--all']);
  const known = out.split('\n').filter(line => line.includes('not proven') && line.includes('it has no log'));
  const unproven = out.split('\n').filter(line => line.includes('not proven'));
  return code === 0 || (code === 7 && unproven.length === known.length) ? [] : [out];
};

test('a fork that is stopped anywhere is there whole or not at all, and the parent is as it was', {timeout: 10 * 60_000}, async () => {
  const {points, wrong} = await everyPoint(['fork', `${id}@0`], async () => {
    const forks = readdirSync(join(home, 'sessions')).filter(session => session !== id && existsSync(logOf(session)));
    const gone: string[] = [];
    for (const fork of forks) {
      agent(['rewind', fork, '--to', '0', '--files', '--json']);
      if (content(fork) !== 'one\n' || existsSync(join(worktreeOf(fork), 'deep'))) gone.push(`fork ${fork} has other files`);
    }
    const again = JSON.parse(agent(['fork', `${id}@1`, '--json']).stdout) as {session: string};
    return [
      ...gone,
      ...(content(again.session) === 'two\n' ? [] : ['a second fork has other files']),
      ...(readFileSync(logOf(id)).equals(log) ? [] : ['the log of the parent changed']),
      ...(content(id) === 'two\n' ? [] : ['the files of the parent changed']),
      ...(await verified()),
    ];
  });
  expect(wrong).toEqual([]);
  expect(points).toBeGreaterThan(10);
});

test(
  'a rewind that is stopped anywhere has moved all files or none, and can be done again and taken back',
  {timeout: 10 * 60_000},
  async () => {
    const {points, wrong} = await everyPoint(['rewind', id, '--to', '0'], async () => {
      // Whoever opens the place next leads a half-done move to one of its ends.
      await world.run(['diff', id]);
      const between = [content(id), existsSync(join(worktreeOf(id), 'deep/b.txt'))];
      const isWhole = String(between) === String(['two\n', true]) || String(between) === String(['one\n', false]);
      agent(['rewind', id, '--to', '0', '--yes']);
      const after = [content(id), existsSync(join(worktreeOf(id), 'deep'))];
      return [
        ...(isWhole ? [] : [`half of the files moved: ${String(between)}`]),
        ...(String(after) === String(['one\n', false]) ? [] : [`done again: ${String(after)}`]),
        ...(await verified()),
      ];
    });
    expect(wrong).toEqual([]);
    expect(points).toBeGreaterThan(10);
  },
);
