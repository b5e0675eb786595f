import {spawn, spawnSync, type ChildProcess} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, afterEach, describe, expect, test} from 'vitest';
import {endGroup, endSurvivors, isAlive, startTimeOf, survivors} from '../../../src/adapters/processes/process-table.ts';
import type {ProcessGroup} from '../../../src/core/vocabulary/outcome.ts';
import {programs} from '../../contracts/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'table-'));
afterAll(() => rmSync(folder, {recursive: true}));

describe('one group', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  const start = async (command: string): Promise<{group: ProcessGroup; child: ChildProcess}> => {
    const child = spawn('sh', ['-c', command], {detached: true, stdio: ['ignore', 'pipe', 'ignore']});
    children.push(child);
    await once(child.stdout, 'data');
    const pgid = child.pid ?? 0;
    return {child, group: {pgid, started: startTimeOf(pgid) ?? 'none', command}};
  };

  test('a start time is the same whoever asks and whenever, and another for another process', async () => {
    const {group} = await start('echo up; sleep 60');
    expect(startTimeOf(group.pgid)).toBe(group.started);
    expect(startTimeOf(process.pid)).not.toBe(group.started);
    expect(startTimeOf(process.pid)).toBe(startTimeOf(process.pid));
  });

  test('no process, no start time; a zombie is none', async () => {
    expect(startTimeOf(2 ** 30)).toBe(null);
    // The shell's child is dead and not waited for, since what the shell became does not know of it.
    const {child, group} = await start('sh -c "exit 0" & echo $!; exec sleep 60');
    expect(isAlive(group)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect.poll(() => isAlive(group)).toBe(false);
    expect(startTimeOf(group.pgid)).toBe(null);
  });

  test('alive until its last member is gone, the leader long before', async () => {
    const {child, group} = await start('sleep 60 & echo up; sleep 0.2');
    if (child.exitCode === null) await once(child, 'exit');
    expect(startTimeOf(group.pgid)).toBe(null);
    expect(isAlive(group)).toBe(true);
    expect(survivors([group])).toEqual([{...group, command: 'sleep 60'}]);
    expect(await endGroup(group, 1_000)).toBe(true);
    expect(isAlive(group)).toBe(false);
    expect(survivors([group])).toEqual([]);
  });

  test('a group of the same number that started at another time, or before a reboot, is a stranger and is let live', async () => {
    const {group} = await start('echo up; sleep 60');
    for (const started of [startTimeOf(process.pid) ?? '', 'another-boot/1', 'Mon Jan 1 00:00:00 2001', 'ended', '']) {
      const stranger = {...group, started};
      expect(isAlive(stranger)).toBe(false);
      expect(survivors([stranger])).toEqual([]);
      expect(await endGroup(stranger, 10)).toBe(true);
    }
    expect(isAlive(group)).toBe(true);
  });

  test('the stubborn and the stopped are ended too', async () => {
    const {group} = await start(`exec sh ${programs}/swarm.sh 2`);
    await sleep(100);
    process.kill(-group.pgid, 'SIGSTOP');
    expect(await endGroup(group, 50)).toBe(true);
    expect(isAlive(group)).toBe(false);
  });

  test('never this program, whoever names it', async () => {
    const own = Number(spawnSync('ps', ['-o', 'pgid=', '-p', String(process.pid)], {encoding: 'utf8'}).stdout);
    const group = {pgid: own, started: startTimeOf(own) ?? startTimeOf(process.pid) ?? '', command: 'test'};
    expect(survivors([group])).toEqual([]);
    expect(await endGroup(group, 0)).toBe(true);
  });
});

describe('after a crash', () => {
  const harness = join(import.meta.dirname, '../../support/crashes-in-a-group.ts');
  const command = (mark: string): string =>
    `trap '' PIPE; : >${mark}; echo up; sleep 61 & setsid sleep 62 & (setsid sh -c 'sleep 63 & exit' >/dev/null 2>&1 &); node ${programs}/becomes-a-daemon.mjs; sleep 64`;
  const early = ['before the record', 'after the record', 'at the gate'];
  const moments = [...early, 'at the first output', ...[60, 90, 120, 200, 400].map(ms => `after ${ms}`)];

  test.each(moments)('killed %s: all that runs is found and ended', async moment => {
    const key = `test-${randomUUID()}`;
    const [mark, record] = [join(folder, `${key}.ran`), join(folder, `${key}.json`)];
    const died = spawnSync(process.execPath, [harness, moment, command(mark), key, record], {cwd: folder, encoding: 'utf8'});
    expect([died.signal, died.stderr]).toEqual(['SIGKILL', '']);
    const groups = existsSync(record) ? [JSON.parse(readFileSync(record, 'utf8')) as ProcessGroup] : [];
    // Until the gate has seen that nobody is there, or the command that was let through it has begun.
    await expect.poll(() => existsSync(mark) || survivors(groups, [key]).length === 0).toBe(true);
    if (moment === 'before the record' || moment === 'after the record') expect(existsSync(mark)).toBe(false);

    const found = survivors(groups, [key]);
    if (existsSync(mark)) expect(found.length).toBeGreaterThan(0);
    const {ended, stuck} = await endSurvivors(groups, [key], 200);
    expect(stuck).toEqual([]);
    expect(ended.length).toBeGreaterThanOrEqual(found.length);
    expect(survivors(groups, [key])).toEqual([]);
    expect(everyCommandLine().filter(line => line.includes(key))).toEqual([]);
  });

  /** With the environments, as ps shows them. */
  function everyCommandLine(): string[] {
    const flags = process.platform === 'darwin' ? ['-axwwE', '-o', 'command='] : ['axeww', '-o', 'command='];
    return spawnSync('ps', flags, {encoding: 'utf8', maxBuffer: 1 << 28}).stdout.split('\n');
  }
});
