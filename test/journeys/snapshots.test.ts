import {appendFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {snapshotFiles} from '../../src/adapters/session/snapshot-file.ts';
import type {SessionId} from '../../src/core/vocabulary/ids.ts';
import {journey, ofType, type Journey} from '../support/journey.ts';

/** A turn of so many commands, which leaves more than 250 records; one of them prints a word that nobody should have seen. */
const commands = 45;
const replies = [
  ...Array.from({length: commands}, (_, n) => ({
    calls: [{tool: 'shell', input: {command: n === 3 ? 'echo hunter2-hunter2' : `echo ${n}`}}],
  })),
  {text: 'Done.'},
];

async function longRun(at: Journey, more: readonly object[] = []): Promise<{session: string; snapshot: string; log: string}> {
  const {code, stderr} = await at.run(['-p', '--mode', 'full', '--model', at.script([...replies, ...more]), 'Go, hunter2-hunter2.']);
  expect(code, stderr).toBe(0);
  const [session = ''] = at.sessions();
  const folder = join(at.home, 'sessions', session);
  return {session, snapshot: join(folder, 'snapshot'), log: join(folder, 'log.jsonl')};
}

/** What it says, however it lies there. */
async function said(at: Journey, session: string): Promise<string> {
  return String(await snapshotFiles(at.home).read(session as SessionId));
}

test('a long run leaves a snapshot, a short one none; a resume begins there, and what it says next is the same without it', async () => {
  const at = journey();
  const {snapshot, log} = await longRun(at, [{expect: [{contains: 'echo 44'}], text: 'Again.'}, {text: 'And again.'}]);
  expect(statSync(snapshot).mode & 0o777).toBe(0o600);
  const before = readFileSync(snapshot);
  const resumed = await at.run(['resume', '--last', '-p', '--mode', 'full', 'More.']);
  expect([resumed.code, resumed.stdout], resumed.stderr).toEqual([0, 'Again.\n']);
  // Few records came, so the snapshot is the one of the first run.
  expect(readFileSync(snapshot).equals(before)).toBe(true);
  rmSync(snapshot);
  const without = await at.run(['resume', '--last', '-p', '--mode', 'full', 'More.']);
  expect([without.code, without.stdout], without.stderr).toEqual([0, 'And again.\n']);
  expect(existsSync(snapshot)).toBe(true);
  expect(ofType(at.events(), 'session.resumed')).toHaveLength(2);
  expect(readFileSync(log, 'utf8').split('\n').length).toBeGreaterThan(250);
});

test('a short session has none', async () => {
  const at = journey();
  await at.run(['-p', '--mode', 'full', '--model', at.script([{text: 'Hello.'}]), 'Go.']);
  expect(existsSync(join(at.home, 'sessions', at.sessions()[0] ?? '', 'snapshot'))).toBe(false);
});

test('one that is damaged troubles nobody, and is made again', async () => {
  const at = journey();
  const {session, snapshot} = await longRun(at, [{text: 'Again.'}]);
  const whole = readFileSync(snapshot);
  const before = await said(at, session);
  writeFileSync(snapshot, whole.subarray(0, whole.length / 2));
  expect((await at.run(['diff', '--last'])).code).toBe(0);
  const {code, stdout, stderr} = await at.run(['resume', '--last', '-p', '--mode', 'full', 'More.']);
  expect([code, stdout], stderr).toEqual([0, 'Again.\n']);
  expect(stderr).not.toContain('snapshot');
  expect((await said(at, session)).slice(65, 100)).toBe(before.slice(65, 100));
});

test('a session with one can be removed, though its log is damaged behind it', async () => {
  const at = journey();
  const {session, log} = await longRun(at);
  appendFileSync(log, 'no record\n');
  const {code, stderr} = await at.run(['sessions', 'rm', session, '--yes']);
  expect(code, stderr).toBe(0);
  expect(at.sessions()).toEqual([]);
});

test('a value that is taken out of the past is in no snapshot, and one is made again later', async () => {
  const at = journey();
  const {session, snapshot, log} = await longRun(at, [{expect: [{lacks: 'hunter2-hunter2'}], text: 'Again.'}]);
  expect(await said(at, session)).toContain('hunter2-hunter2');
  const {code, stderr} = await at.run(['sessions', 'redact', session, '--yes'], {stdin: 'hunter2-hunter2\n'});
  expect(code, stderr).toBe(0);
  expect(existsSync(snapshot)).toBe(false);
  expect(readFileSync(log, 'utf8')).not.toContain('hunter2-hunter2');
  const resumed = await at.run(['resume', '--last', '-p', '--mode', 'full', 'More.']);
  expect([resumed.code, resumed.stdout], resumed.stderr).toEqual([0, 'Again.\n']);
  expect(await said(at, session)).toContain('Again.');
  expect(await said(at, session)).not.toContain('hunter2-hunter2');
});
