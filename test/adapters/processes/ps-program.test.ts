import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {expect, test} from 'vitest';
import {parsePsLine, psProcesses, psSeconds, psStartTime} from '../../../src/adapters/processes/ps-program.ts';

const started = 'Mon Nov 2 09:05:07 2026';

const check = (line: string, expected: ReturnType<typeof parsePsLine>): void => expect(parsePsLine(line, 'MARK')).toEqual(expected);
const base = {pid: 501, ppid: 1, pgid: 500, session: null, dead: false, started, key: null, command: 'sleep 60'};

test('lines as macOS and Linux print them', () => {
  check('  501     1   500 S    Mon Nov  2 09:05:07 2026     sleep 60', base);
  check('501 1 500 Ss+ Mon Nov  2 09:05:07 2026 sleep 60 PATH=/bin MARK=k1 HOME=/h', {...base, key: 'k1'});
  check('501 1 500 S Mon Nov 12 09:05:07 2026 sleep 60 MARK=k1', {...base, started: 'Mon Nov 12 09:05:07 2026', key: 'k1'});
  check('501 1 500 Z Mon Nov  2 09:05:07 2026 <defunct>', {...base, dead: true, command: '<defunct>'});
  check('501 1 500 S Mon Nov  2 09:05:07 2026', {...base, command: ''});
  check('501 1 500 S Mon Nov  2 09:05:07 2026 sh -c echo NOT_MARK=k1', {...base, command: 'sh -c echo'});
  check('', null);
  check('PID PPID PGID STAT STARTED COMMAND', null);
});

test('start times compare as numbers', () => {
  expect(psSeconds(started)).toBe(Date.UTC(2026, 10, 2, 9, 5, 7) / 1000);
  expect(psSeconds('boot/17')).toBe(null);
});

test('finds a living process with its marker and start time', async () => {
  const child = spawn('sh', ['-c', 'echo up; sleep 60; :'], {
    detached: true,
    env: {PATH: process.env['PATH'], MARK: 'here'},
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await once(child.stdout, 'data');
    const pid = child.pid ?? 0;
    const found = psProcesses('MARK').find(one => one.pid === pid);
    expect(found).toMatchObject({ppid: process.pid, pgid: pid, dead: false, key: 'here'});
    expect(found?.command).toContain('sh -c');
    expect(found?.started).toBe(psStartTime(pid));
    expect(psSeconds(found?.started ?? '')).toBeGreaterThan(0);
    expect(psStartTime(2 ** 22 - 1)).toBe(null);
  } finally {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  }
});
