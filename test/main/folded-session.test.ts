import {appendFileSync, mkdirSync, mkdtempSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {expect, test} from 'vitest';
import {sessionCatalogue} from '../../src/adapters/session/catalogue.ts';
import {snapshotFiles} from '../../src/adapters/session/snapshot-file.ts';
import {replay} from '../../src/core/log/fold.ts';
import {pack} from '../../src/core/log/packed.ts';
import {sessionState, type SessionState} from '../../src/core/projections/session-state.ts';
import {encodeSnapshot} from '../../src/core/projections/snapshot.ts';
import type {SessionId} from '../../src/core/vocabulary/ids.ts';
import {foldedSession} from '../../src/main/folded-session.ts';
import {foldsBuild} from '../../src/main/version.ts';
import {LogDamaged} from '../../src/ports/catalogue.ts';
import {longSession} from '../support/long-session.ts';
import {recordsOf} from '../support/records.ts';

const id = 'longlonglo' as SessionId;
const count = 300;
const {records, lines} = recordsOf([...longSession(count)], id);
const offsets = lines.reduce<number[]>((ends, line) => [...ends, (ends.at(-1) ?? 0) + Buffer.byteLength(line)], []);
const stateAfter = (behind: number): SessionState => replay(sessionState, records.slice(0, behind + 1));
const whole = (state: SessionState): string => JSON.stringify(pack(state));

/** A home in which the session's state behind record `behind` was kept, under another session's name or build where one is given. */
async function homeWith(behind: number | null, more: {of?: SessionId; build?: string; offset?: number; state?: SessionState} = {}) {
  const home = mkdtempSync(join(tmpdir(), 'folded-'));
  const file = join(home, 'sessions', id, 'log.jsonl');
  mkdirSync(dirname(file), {recursive: true});
  writeFileSync(file, lines.join(''));
  if (behind !== null) {
    const {build = await foldsBuild(), offset = offsets[behind]!, state = stateAfter(behind)} = more;
    await snapshotFiles(home).write(id, encodeSnapshot({build, behind: {seq: behind, hash: records[behind]!.hash, offset}, state}));
  }
  const catalogue = sessionCatalogue({home, now: () => '2026-01-01T00:00:00.000Z', startTimeOf: () => '1'});
  return {file, fold: () => foldedSession(id, {read: point => catalogue.read(id, point)}, home)};
}

const full = whole(stateAfter(count - 1));

test.each([null, 0, 1, 17, count - 2, count - 1])('the state is the same with a snapshot behind record %s', async behind => {
  const {fold} = await homeWith(behind);
  const {state, snapshot} = await fold();
  expect([whole(state) === full, snapshot]).toEqual([true, behind ?? -1]);
});

/** Changes a letter of this record's line. */
function damage(file: string, seq: number): void {
  const bytes = readFileSync(file);
  bytes[offsets[seq]! - 100]! ^= 1;
  writeFileSync(file, bytes);
}

test('only what came after the snapshot is read', async () => {
  const {file, fold} = await homeWith(200);
  damage(file, 50);
  expect(whole((await fold()).state)).toBe(full);
});

test('what came after it is checked, and where it does not fit the line is told', async () => {
  const {file, fold} = await homeWith(200);
  damage(file, 250);
  await expect(fold()).rejects.toMatchObject({line: 251});
  await expect(fold()).rejects.toThrow(LogDamaged);
});

test('a line left out right behind it is told, too', async () => {
  const {file, fold} = await homeWith(200);
  writeFileSync(file, [...lines.slice(0, 201), ...lines.slice(202)].join(''));
  await expect(fold()).rejects.toMatchObject({line: 202});
});

test('a last line that is still being written is not read', async () => {
  const {file, fold} = await homeWith(count - 1);
  appendFileSync(file, '{"v":1,"seq":');
  expect(whole((await fold()).state)).toBe(full);
});

test.each([
  ['of another build', {build: 'a'.repeat(64)}],
  ['that ends between two lines', {offset: offsets[200]! - 1}],
  ['behind another record than it says', {offset: offsets[201]!}],
  ['behind the end of the log', {offset: offsets.at(-1)! + 100}],
  ['at the very beginning', {offset: 0}],
  ['of another session', {state: {...stateAfter(200), opened: {...stateAfter(200).opened!, session: 'another000' as SessionId}}}],
])('a snapshot %s counts for nothing', async (_, more) => {
  const {state, snapshot} = await (await homeWith(200, more)).fold();
  expect([whole(state) === full, snapshot]).toEqual([true, -1]);
});

test('nor does one of records that are no longer there, or of what was put in their place', async () => {
  const cut = await homeWith(200);
  truncateSync(cut.file, offsets[99]);
  expect(whole((await cut.fold()).state)).toBe(whole(stateAfter(99)));
  const other = await homeWith(200);
  const changed = recordsOf(
    [...longSession(count)].map(event => (event.type === 'user.prompted' ? {...event, text: event.text.toUpperCase()} : event)),
    id,
  );
  writeFileSync(other.file, changed.lines.join(''));
  expect(whole((await other.fold()).state)).toBe(whole(replay(sessionState, changed.records)));
});
