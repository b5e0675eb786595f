import {readdirSync, readFileSync, utimesSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {expect, test} from 'vitest';
import {journey} from '../support/journey.ts';

const shell = (command: string) => ({tool: 'shell', input: {command}});
const clock = resolve(import.meta.dirname, '../support/clock-ahead.mjs');
const ahead = (ms: number) => ({env: {NODE_OPTIONS: `--import=${clock}`, CLOCK_AHEAD_MS: String(ms)}});
const day = 24 * 60 * 60 * 1_000;

test('a clock that goes back a day between two runs: times on records go back, and nothing that is made of them breaks', async () => {
  const at = journey({'a.txt': 'a\n'});
  const model = at.script([
    {calls: [shell('echo one > one.txt')]},
    {text: 'One.'},
    {calls: [shell('echo two > two.txt')]},
    {text: 'Two.'},
    {text: 'Three.'},
  ]);
  expect(await at.run(['-p', '--mode', 'full', '--model', model, 'Go.'], ahead(day))).toMatchObject({code: 0});
  const [id = ''] = at.sessions();
  const folder = join(at.home, 'sessions', id);
  const tomorrow = new Date(Date.now() + day);
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), tomorrow, tomorrow);
  expect(await at.run(['resume', '--last', '-p', '--mode', 'full', 'And on.'])).toMatchObject({code: 0, stdout: 'Two.\n'});
  const times = readFileSync(join(folder, 'log.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => Date.parse((JSON.parse(line) as {at: string}).at));
  expect(times.some((time, n) => n > 0 && time < (times[n - 1] ?? 0) - day / 2)).toBe(true);
  utimesSync(join(folder, 'log.jsonl'), tomorrow, tomorrow);
  const looks = [
    ['sessions'],
    ['sessions', 'list', '--json'],
    ['sessions', 'show', id],
    ['sessions', 'show', id, '--json'],
    ['sessions', 'tree'],
    ['sessions', 'export', id],
    ['sessions', 'export', id, '--format', 'html'],
    ['stats'],
    ['stats', '--since', '12h', '--by', 'session'],
    ['replay', id, '--plain'],
    ['replay', id, '--json'],
    ['audit', id],
    ['audit', 'verify', id],
    ['audit', 'postmortem', id],
    ['worktrees'],
    ['diff', id],
    ['gc', '--dry-run'],
  ];
  for (const args of looks) {
    const {code, stdout, stderr} = await at.run(args);
    expect([args.join(' '), code], stderr).toEqual([args.join(' '), 0]);
    // No duration or age below nothing, and none that is no number.
    expect([args.join(' '), /(?<![\w-])-\d+(\.\d+)?\s?(ms|s|m|h|d|min|sec)\b|NaN|Invalid Date/.exec(stdout + stderr)?.[0]]).toEqual([
      args.join(' '),
      undefined,
    ]);
  }
  expect((await at.run(['sessions'])).stdout).toContain('just now');
  const doctor = await at.run(['doctor', '--json']);
  expect(doctor.stdout).toContain('the clock went back');
  expect(await at.run(['resume', id, '-p', 'And on.'], ahead(-30 * day))).toMatchObject({code: 0, stdout: 'Three.\n'});
  expect(await at.run(['audit', 'verify', '--all'])).toMatchObject({code: 0});
});

test('what is young by the clock of the disk stays, however far back ours goes', async () => {
  const at = journey();
  expect(await at.run(['-p', '--mode', 'full', '--model', at.script([{calls: [shell('seq 300')]}, {text: 'Done.'}]), 'Go.'])).toMatchObject(
    {code: 0},
  );
  expect(await at.run(['sessions', 'rm', '--yes', ...at.sessions()])).toMatchObject({code: 0});
  const {code, stdout} = await at.run(['gc', '--yes'], ahead(-day));
  expect([code, stdout]).toEqual([0, expect.stringContaining('Nothing to free.')]);
});
