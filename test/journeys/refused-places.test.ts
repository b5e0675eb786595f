import {chmodSync, existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {asAUser} from '../support/as-a-user.ts';
import {journey, ofType, type Journey} from '../support/journey.ts';

const shell = (command: string) => ({tool: 'shell', input: {command}});

/** A session at rest, and the program as a user whom rights keep out. */
async function rested() {
  const at = journey({'a.txt': 'a\n'});
  // Whatever was closed: the folder can be taken away at the end.
  onTestFinished(() => void execFileSync('chmod', ['-R', 'u+rwX', at.root]));
  const model = at.script([{calls: [shell('echo made > made.txt')]}, {text: 'Done.'}, {text: 'On.'}, {text: 'And on.'}]);
  const user = asAUser();
  const run = (...args: string[]) => at.run(args, user);
  const first = await run('-p', '--mode', 'full', '--model', model, 'Go.');
  expect(first.code, first.stderr).toBe(0);
  const place = ofType(at.events(), 'session.opened')[0]?.place.root ?? '';
  const [store = ''] = readdirSync(join(at.home, 'checkpoints'));
  return {at, run, id: at.sessions()[0] ?? '', place, store: join(at.home, 'checkpoints', store)};
}

const close = (folder: string, mode: string): void => void execFileSync('chmod', ['-R', mode, folder]);
const log = (at: Journey, id: string): string => readFileSync(join(at.home, 'sessions', id, 'log.jsonl'), 'utf8');

/** Refused with a message that names the place and the reason, and says what to type; nothing is on the log that did not happen. */
function expectRefused({code, stderr}: {code: number | null; stderr: string}, ...parts: readonly string[]): void {
  expect([code, stderr]).toEqual([1, expect.stringMatching(/permission (is )?denied/i)]);
  for (const part of parts) expect(stderr).toContain(part);
  expect(stderr).not.toMatch(/not expected|\n {4}at /);
}

test('a home that may not be written: what reads works, what writes says so, and goes on once it may', async () => {
  const {at, run, id} = await rested();
  const before = log(at, id);
  close(at.home, 'a-w');
  for (const args of [
    ['sessions'],
    ['sessions', 'show', id],
    ['replay', id, '--plain'],
    ['audit', id],
    ['audit', 'verify', id],
    ['stats'],
    ['gc', '--dry-run'],
  ]) {
    const {code, stderr} = await run(...args);
    expect([args, code], stderr).toEqual([args, 0]);
  }
  for (const args of [
    ['resume', id, '-p', 'Go on.'],
    ['rewind', id, '--to', '1'],
    ['apply', id],
  ])
    expectRefused(await run(...args), at.home, 'agent doctor');
  expect(await run('doctor')).toMatchObject({code: 1, stdout: expect.stringContaining('chmod u+rwx') as string});
  expect(log(at, id)).toBe(before);
  close(at.home, 'u+w');
  expect(await run('resume', id, '-p', 'Go on.')).toMatchObject({code: 0, stdout: 'On.\n'});
});

test('a log, a store of checkpoints, a worktree that may not be opened: each is named, and nothing is lost', async () => {
  const {at, run, id, place, store} = await rested();
  const file = join(at.home, 'sessions', id, 'log.jsonl');
  chmodSync(file, 0);
  expectRefused(await run('resume', id, '-p', 'Go on.'), file);
  expectRefused(await run('replay', id, '--plain'), file, 'agent doctor');
  expectRefused(await run('gc', '--yes'), file, 'Nothing was taken away');
  chmodSync(file, 0o600);
  chmodSync(store, 0);
  expectRefused(await run('resume', id, '-p', 'Go on.'), store, 'agent doctor');
  const collected = await run('gc', '--dry-run');
  expect([collected.code, collected.stderr]).toEqual([1, expect.stringContaining(`${store} could not be looked at`)]);
  chmodSync(store, 0o700);
  close(store, 'a-w');
  expectRefused(await run('rewind', id, '--to', '0', '--files'), store);
  close(store, 'u+w');
  chmodSync(place, 0);
  expectRefused(await run('resume', id, '-p', 'Go on.'), place);
  chmodSync(place, 0o700);
  expect(readFileSync(join(place, 'made.txt'), 'utf8')).toBe('made\n');
  expect(existsSync(`${place}.aside`)).toBe(false);
  expect(await run('resume', id, '-p', 'Go on.')).toMatchObject({code: 0, stdout: 'On.\n'});
});

test('a file of the worktree that may not be replaced: nothing is put back, and it is said', async () => {
  const {run, id, place} = await rested();
  writeFileSync(join(place, 'made.txt'), 'mine\n');
  chmodSync(place, 0o500);
  const {code, stderr} = await run('resume', id, '-p', '--trust', 'checkpoint', 'Go on.');
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('made.txt could not be brought back: it may not be written. The files are as they were.'),
  ]);
  expect(stderr).toContain(`agent resume ${id} --trust folder`);
  expect(readFileSync(join(place, 'made.txt'), 'utf8')).toBe('mine\n');
  chmodSync(place, 0o700);
  expect(await run('resume', id, '-p', '--trust', 'checkpoint', 'Go on.')).toMatchObject({code: 0});
  expect(readFileSync(join(place, 'made.txt'), 'utf8')).toBe('made\n');
});
