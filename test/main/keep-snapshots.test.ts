import {mkdtempSync, readdirSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setImmediate as turn, setTimeout as delay} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {sessionCatalogue} from '../../src/adapters/session/catalogue.ts';
import {pack} from '../../src/core/log/packed.ts';
import {sessionState, type SessionState} from '../../src/core/projections/session-state.ts';
import {snapshotFiles} from '../../src/adapters/session/snapshot-file.ts';
import {decodeSnapshot, type Snapshot} from '../../src/core/projections/snapshot.ts';
import type {SessionEvent} from '../../src/core/vocabulary/event.ts';
import type {SessionId} from '../../src/core/vocabulary/ids.ts';
import {keepSnapshots} from '../../src/main/keep-snapshots.ts';
import {foldsBuild} from '../../src/main/version.ts';
import type {Log} from '../../src/ports/log.ts';
import {longSession} from '../support/long-session.ts';

const id = 'longlonglo' as SessionId;
const events = [...longSession(5_000)];
/** Behind these records the session rests: a hundred steps each. */
const rests = events.flatMap((event, seq) => (event.type === 'model.replied' && event.stop === 'end' ? [seq] : []));

type Running = {log: Log; folder: string; state: () => SessionState; snapshot: () => Promise<Snapshot | null>};

/** A log whose records reach a fold, as in a running session; `reaches` says which of them do. */
async function running(reaches: (seq: number) => boolean = () => true): Promise<Running> {
  const home = mkdtempSync(join(tmpdir(), 'keep-'));
  const catalogue = sessionCatalogue({home, now: () => '2026-01-01T00:00:00.000Z', startTimeOf: pid => (pid === process.pid ? '1' : null)});
  const log = await catalogue.create(id);
  const folder = join(home, 'sessions', id);
  let state = sessionState.initial;
  log.subscribe(record => {
    if (!reaches(record.seq)) throw new Error('it did not reach the fold');
    state = sessionState.apply(state, record);
  });
  keepSnapshots({id, session: {state: () => state, watch: listener => log.subscribe(listener)}, log, home, snapshot: -1});
  const snapshot = async () => {
    const bytes = await snapshotFiles(home).read(id);
    return bytes === null ? null : decodeSnapshot(bytes, await foldsBuild());
  };
  return {log, folder, state: () => state, snapshot};
}

/** Appends the records up to this one, as many at once. */
async function upTo({log}: Running, seq: number, atOnce = 1): Promise<void> {
  for (let from = log.last.seq + 1; from <= seq; from += atOnce) log.append(...events.slice(from, Math.min(seq + 1, from + atOnce)));
  await turn();
}

/** Waits for a snapshot behind this record. */
async function written({snapshot}: Running, seq: number): Promise<Snapshot> {
  for (let tries = 0; tries < 500; tries++) {
    const found = await snapshot();
    if (found?.behind.seq === seq) return found;
    await delay(10);
  }
  throw new Error(`No snapshot behind record ${seq} was ever written.`);
}

test('at rest one is written once 2,000 records came, and not again before as many came since', async () => {
  const session = await running();
  expect(rests.slice(0, 3).map(seq => seq >= 2_000)).toEqual([false, false, true]);
  await upTo(session, rests[2]! - 1);
  expect(await session.snapshot()).toBeNull();
  await upTo(session, rests[2]!);
  const {state} = await written(session, rests[2]!);
  expect(JSON.stringify(pack(state))).toBe(JSON.stringify(pack(session.state())));
  await upTo(session, rests[4]!);
  await upTo(session, rests[5]!);
  await written(session, rests[5]!);
  await session.log.close();
  expect(readdirSync(session.folder).toSorted()).toEqual(['log.jsonl', 'snapshot']);
});

test('what is appended together with the rest is in it', async () => {
  const session = await running();
  await upTo(session, rests[2]! + 1, rests[2]! + 2);
  const {state, behind} = await written(session, rests[2]! + 1);
  expect([behind, JSON.stringify(pack(state))]).toEqual([session.log.end, JSON.stringify(pack(session.state()))]);
  await session.log.close();
});

test.each([
  [100, null],
  [248, null],
  [249, 249],
  [600, 600],
])('a session that ends behind record %i has one behind %j', async (end, behind) => {
  const session = await running();
  await upTo(session, end, 10);
  await session.log.close();
  expect((await session.snapshot())?.behind.seq ?? null).toBe(behind);
});

test('one that ends while its snapshot is being written waits for it', async () => {
  const session = await running();
  await upTo(session, rests[2]!, 100);
  await session.log.close();
  expect((await session.snapshot())?.behind.seq).toBe(rests[2]);
});

test('none is written of a state that lacks a record', async () => {
  const session = await running(seq => seq < 400);
  await upTo(session, 399, 50);
  expect(() => session.log.append(events[400] as SessionEvent)).toThrow('it did not reach the fold');
  await session.log.close();
  expect(await session.snapshot()).toBeNull();
});
