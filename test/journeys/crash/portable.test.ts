import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, inject, test} from 'vitest';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {compose} from '../../../src/main/compose.ts';
import {runCli} from '../../../src/surfaces/cli/cli.ts';
import {everyPoint, type Tried} from '../../support/crash/campaign.ts';
import {captured, CliWorld} from '../../surfaces/cli/world.ts';

const failpoint = join(import.meta.dirname, '../../support/crash/failpoint.mjs');
const world = new CliWorld();
const stride = process.env['CRASH'] === 'full' ? 1 : 15;
let id: SessionId;
let file = '';
let damaged: Buffer;

beforeAll(async () => {
  id = await world.session({prompt: 'Work', commands: ['seq 9000', 'echo made > made.txt']});
  file = join(world.root, 'it.agent.tar.zst');
  expect(run(world.env['AGENT_HOME']!, ['sessions', 'export', id, '-o', file], null)).toBeNull();
  const log = readFileSync(join(world.env['AGENT_HOME']!, 'sessions', id, 'log.jsonl'), 'utf8').split(/(?<=\n)/);
  damaged = Buffer.from([...log.slice(0, 6), 'x\n', ...log.slice(7)].join(''));
});
afterAll(() => world.remove());

/** A command as a process of its own; stopped at a point, or run to its end. */
function run(home: string, words: readonly string[], point: string | null): NodeJS.Signals | null {
  const env = {...world.env, AGENT_HOME: home, ...(point === null ? {} : {FAILPOINT: point, NODE_OPTIONS: `--import=${failpoint}`})};
  const {signal, status, stderr} = spawnSync(process.execPath, [inject('program'), ...words], {cwd: world.repo, env, encoding: 'utf8'});
  if (signal === null && status !== 0) throw new Error(`exit ${status}: ${stderr}`);
  return signal;
}

async function verified(home: string, expected: number): Promise<readonly string[]> {
  const {io, out, err} = captured();
  const code = await runCli(['audit', 'verify', id], compose({env: {...world.env, AGENT_HOME: home}, cwd: world.repo}), io);
  return code === expected ? [] : [`verify ended with ${code}: ${out()}${err()}`];
}

const inFreshHome = (attempt: (home: string, point: string) => Promise<Tried>) => async (k: number) => {
  const home = join(world.root, `home-${k}`);
  mkdirSync(home);
  try {
    return await attempt(home, `after:${k},effects`);
  } finally {
    rmSync(home, {recursive: true, force: true});
  }
};

test('an import that is stopped leaves no session or a whole one, and can be done again', {timeout: 5 * 60_000}, async () => {
  const attempt = inFreshHome(async (home, point) => {
    const words = ['sessions', 'import', file];
    if (run(home, words, point) === null) return {point, stopped: false, problems: []};
    const log = join(home, 'sessions', id, 'log.jsonl');
    const between = existsSync(log) ? await verified(home, 0) : [];
    run(home, words, null);
    const left = readdirSync(join(home, 'archives')).map(name => `${name} is left`);
    return {point, stopped: true, problems: [...between, ...(await verified(home, 0)), ...left]};
  });
  const {points, wrong} = await everyPoint(attempt, stride);
  expect(wrong).toEqual([]);
  expect(points).toBeGreaterThan(1);
});

test('an export that is stopped leaves no archive or a whole one', {timeout: 5 * 60_000}, async () => {
  const whole = readFileSync(file);
  const attempt = inFreshHome(async (home, point) => {
    cpSync(world.env['AGENT_HOME']!, home, {recursive: true});
    const to = join(home, 'out.agent.tar.zst');
    const words = ['sessions', 'export', id, '-o', to];
    if (run(home, words, point) === null) return {point, stopped: false, problems: []};
    const half = existsSync(to) && !readFileSync(to).equals(whole) ? ['half an archive'] : [];
    run(home, [...words, '--force'], null);
    const other = readFileSync(to).equals(whole) ? [] : ['another archive'];
    return {point, stopped: true, problems: [...half, ...other]};
  });
  const {points, wrong} = await everyPoint(attempt, stride);
  expect(wrong).toEqual([]);
  expect(points).toBeGreaterThan(1);
});

test('a repair that is stopped leaves the damaged log or the repaired one, and can be done again', {timeout: 5 * 60_000}, async () => {
  const attempt = inFreshHome(async (home, point) => {
    cpSync(world.env['AGENT_HOME']!, home, {recursive: true});
    const folder = join(home, 'sessions', id);
    const log = join(folder, 'log.jsonl');
    writeFileSync(log, damaged);
    const words = ['sessions', 'repair', id, '--yes'];
    if (run(home, words, point) === null) return {point, stopped: false, problems: []};
    const isOld = readFileSync(log).equals(damaged);
    const half = isOld || readFileSync(log).includes('"session.repaired"') ? [] : ['the log is neither the old one nor the new one'];
    run(home, words, null);
    const aside = readdirSync(folder).filter(name => name.includes('damaged'));
    const kept = aside.length === 1 && readFileSync(join(folder, aside[0]!)).equals(damaged) ? [] : [`set aside: ${aside.join()}`];
    return {point, stopped: true, problems: [...half, ...kept, ...(await verified(home, 7))]};
  });
  const {points, wrong} = await everyPoint(attempt, process.env['CRASH'] === 'full' ? 1 : 3);
  expect(wrong).toEqual([]);
  expect(points).toBeGreaterThan(1);
});
