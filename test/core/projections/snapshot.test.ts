import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {isSessionEvent} from '../../../src/core/log/event-types.ts';
import {pack} from '../../../src/core/log/packed.ts';
import {sessionState, type SessionState} from '../../../src/core/projections/session-state.ts';
import {decodeSnapshot, encodeSnapshot} from '../../../src/core/projections/snapshot.ts';
import type {Recorded} from '../../../src/core/vocabulary/event.ts';
import {longSession} from '../../support/long-session.ts';
import {movedSession} from '../../support/moved-session.ts';
import {recordsOf} from '../../support/records.ts';
import {referenceSession} from '../../support/reference-session.ts';
import {unpack} from '../../support/session-archive.ts';

const folder = join(import.meta.dirname, '../../../fixtures/sessions');
const fixtures = readdirSync(folder).filter(name => name.endsWith('.json.zst'));
const build = 'b'.repeat(64);

const encoded = (state: SessionState, {seq, hash}: Recorded) =>
  Buffer.concat(encodeSnapshot({build, behind: {seq, hash, offset: seq * 100}, state}));
const throughTheDisk = (state: SessionState, record: Recorded): SessionState => decodeSnapshot(encoded(state, record), build)!.state;
const fold = (before: SessionState, records: readonly Recorded[]): SessionState =>
  records.filter(({event}) => isSessionEvent(event)).reduce(sessionState.apply, before);

/** All that a state holds, whatever it is kept in. */
const whole = (state: SessionState): string => JSON.stringify(pack(state));

/** Behind each of these records the state is kept and read again, and equals the one that never left; so does what comes of it in the end. */
function check(records: readonly Recorded[], every = 1): void {
  const end = whole(fold(sessionState.initial, records));
  let state = sessionState.initial;
  let kept = sessionState.initial;
  for (const [index, record] of records.entries()) {
    state = fold(state, [record]);
    kept = fold(kept, [record]);
    if (index % every !== 0) continue;
    kept = throughTheDisk(kept, record);
    const once = throughTheDisk(state, record);
    expect(once).toEqual(state);
    expect(whole(once)).toBe(whole(state));
    expect(whole(kept)).toBe(whole(state));
    if (index % (every * 10) === 0) expect(whole(fold(once, records.slice(index + 1)))).toBe(end);
  }
  expect(whole(kept)).toBe(end);
}

describe('resuming from a snapshot equals the full fold, behind every record', () => {
  test('of a turn with everything in it', () => check(fromLog(recordsOf(referenceSession).records)));
  test.each(fixtures)('of %s', name => check(unpack(join(folder, name)).records));
  test('of a session that evicts', () => check(fromLog(recordsOf([...longSession(3_000)]).records), 97));
  test('of one that is rewound and led forward again and again', () => check(fromLog(recordsOf(movedSession(700)).records), 13));
});

/** As a log gives them. */
const fromLog = (records: readonly Recorded[]) => JSON.parse(JSON.stringify(records)) as readonly Recorded[];

describe('a snapshot', () => {
  const {records} = recordsOf(referenceSession);
  const last = records.at(-1)!;
  const state = fold(sessionState.initial, records);
  const bytes = encoded(state, last);

  test('says behind which record it was made', () => {
    expect(decodeSnapshot(bytes, build)).toMatchObject({build, behind: {seq: last.seq, hash: last.hash, offset: last.seq * 100}});
  });

  test('of another build is none', () => {
    expect(decodeSnapshot(bytes, 'c'.repeat(64))).toBeNull();
    expect(decodeSnapshot(bytes, '')).toBeNull();
  });

  test('with any byte changed is none', () => {
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(decodeSnapshot(changed, build)).toBeNull();
    }
  });

  test('cut anywhere, or longer than it was, is none', () => {
    for (let length = 0; length < bytes.length; length++) expect(decodeSnapshot(bytes.subarray(0, length), build)).toBeNull();
    expect(decodeSnapshot(Buffer.concat([bytes, Buffer.from('\n')]), build)).toBeNull();
  });

  test('of a long session is a small part of its log', () => {
    const long = recordsOf([...longSession(20_000)]);
    const snapshot = encoded(fold(sessionState.initial, long.records), long.records.at(-1)!);
    expect(snapshot.length).toBeLessThan(Buffer.byteLength(long.lines.join('')) / 8);
  });

  test('is made of the one before without reading what that one held', () => {
    const long = recordsOf([...longSession(3_000)]).records;
    const before = encoded(fold(sessionState.initial, long.slice(0, 2_000)), long[1_999]!);
    const after = fold(decodeSnapshot(before, build)!.state, long.slice(2_000));
    expect(encoded(after, long.at(-1)!).equals(encoded(fold(sessionState.initial, long), long.at(-1)!))).toBe(true);
  });
});
