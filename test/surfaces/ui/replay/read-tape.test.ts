import {describe, expect, test} from 'vitest';
import type {Recorded} from '../../../../src/core/vocabulary/event.ts';
import {readTape} from '../../../../src/surfaces/ui/replay/read-tape.ts';
import {TapeMaker, tapeOf, type Tape} from '../../../../src/surfaces/ui/replay/tape.ts';
import {longSession} from '../../../support/long-session.ts';
import {id, recordsOf} from '../harness/records.ts';
import {drivenPlayer} from './driven-player.ts';
import {scene} from './scene.ts';

async function* given(records: readonly Recorded[]): AsyncGenerator<Recorded> {
  yield* records;
}

/** What can be seen of a tape up to where it was read. */
const seen = ({records, shown, open, taken_back, asked, entries, stops: _stops, whole: _whole, ...tape}: Tape) => ({
  ...tape,
  entries: [...entries],
  lists: [records, shown, open, taken_back, asked].map(list => list.slice(0, tape.range.last + 1)),
});

const whole = {id, from: null, to: null};

describe('a tape of a log that is being read', () => {
  test.each([whole, {id, from: 2, to: 4}])('shows at every record what one of the log until then shows: %j', limits => {
    const maker = new TapeMaker(limits);
    const made: {tape: Tape; of: Tape}[] = [];
    for (const [at, record] of scene.entries()) {
      maker.take(record);
      const tape = maker.tape(false);
      if (tape !== null) made.push({tape, of: tapeOf({...limits, records: scene.slice(0, at + 1)})});
    }
    expect(made.length).toBeGreaterThan(10);
    // All of them only now: what came later changed none.
    for (const {tape, of} of made) {
      expect(seen(tape)).toEqual(seen(of));
      expect(tape.stops).toEqual(of.stops.slice(0, -1));
      expect(tape.whole).toBe(false);
    }
    expect(maker.tape(true)).toEqual(tapeOf({...limits, records: scene}));
  });

  test('there is one before a long log is read, and the last one is of all of it', async () => {
    const records = recordsOf([...longSession(1_000)]);
    let read = 0;
    const counted = async function* (): AsyncGenerator<Recorded> {
      for (const record of records) {
        read++;
        yield record;
      }
    };
    const tapes = readTape({...whole, records: counted()});
    const first = await tapes.next();
    expect(read).toBeLessThan(200);
    expect(first.value).toMatchObject({whole: false, range: {last: read - 1}});
    const rest = await Array.fromAsync(tapes);
    expect(seen(rest.at(-1)!)).toEqual(seen(tapeOf({...whole, records})));
    expect(rest.at(-1)!.whole).toBe(true);
  });

  test('a short log is whole at once, and one with nothing in the range gives none', async () => {
    expect((await Array.fromAsync(readTape({...whole, records: given(scene)}))).map(tape => tape.whole)).toEqual([true]);
    expect(await Array.fromAsync(readTape({id, from: 70, to: null, records: given(scene)}))).toEqual([]);
    expect(await Array.fromAsync(readTape({...whole, records: given([])}))).toEqual([]);
  });
});

describe('the player while the log is being read', () => {
  const partOf = (count: number): Tape => {
    const maker = new TapeMaker(whole);
    for (const record of scene.slice(0, count)) maker.take(record);
    return maker.tape(false)!;
  };
  const reading = (count: number) => {
    const player = drivenPlayer();
    player.take({type: 'tape', tape: partOf(count)});
    return player;
  };

  test('says how far it is, and that what needs all of it has to wait', () => {
    const player = reading(12);
    expect(player.frame()).toContain('step 0 of 2+');
    expect(player.frame()).toContain('turn 1 of 1+');
    for (const key of ['d', '/', 'g', 'n', 'N']) {
      player.type(key);
      expect(player.frame(), key).toContain('The log is still being read');
    }
    player.press('line-end');
    expect(player.frame()).toContain('The log is still being read');
    player.press('right', 'right');
    expect(player.step(), 'the second step may go on').toBe(1);
    expect(player.frame()).toContain('The log is still being read');
    player.type(']');
    expect(player.frame()).toContain('The log is still being read');
    player.take({type: 'tape', tape: tapeOf({...whole, records: scene})});
    player.press('line-end');
    expect(player.frame()).toContain('step 5 of 5 · turn 3 of 3 · ');
  });

  test('plays up to what was read, and on when more of it is there', () => {
    const player = reading(12);
    player.type('9 ');
    player.wait(60_000);
    expect(player.player()).toMatchObject({at: 11, hint: null});
    player.take({type: 'tape', tape: partOf(20)});
    player.wait(60_000);
    expect(player.player().at).toBe(19);
    expect(player.player().playing).not.toBe(null);
    player.take({type: 'tape', tape: tapeOf({...whole, records: scene})});
    player.wait(60_000);
    expect(player.player()).toMatchObject({at: scene.length - 1, playing: null});
    expect(player.frame()).toContain('This is the end.');
  });

  test('which ends where it already stands: it does not go on playing', () => {
    const player = reading(scene.length);
    player.type('9 ');
    player.wait(60_000);
    expect(player.player().playing).not.toBe(null);
    player.take({type: 'tape', tape: tapeOf({...whole, records: scene})});
    expect(player.player().playing).toBe(null);
  });
});
