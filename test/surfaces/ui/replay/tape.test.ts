import {globSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {replay} from '../../../../src/core/log/fold.ts';
import {sessionState} from '../../../../src/core/projections/session-state.ts';
import {transcript} from '../../../../src/core/projections/transcript.ts';
import {Contexts} from '../../../../src/surfaces/ui/replay/context-at.ts';
import {tapeOf} from '../../../../src/surfaces/ui/replay/tape.ts';
import {unpack} from '../../../support/session-archive.ts';
import type {SessionEvent} from '../../../../src/core/vocabulary/event.ts';
import {assembled, id, opened, recordsOf, replied, said} from '../harness/records.ts';
import {scene} from './scene.ts';

const folder = join(import.meta.dirname, '../../../../fixtures/sessions');
const fixtures = globSync('*.json.zst', {cwd: folder})
  .toSorted()
  .filter((_, index) => index % 8 === 0)
  .map(name => [name, unpack(join(folder, name)).records] as const);
const logs = [...fixtures, ['with everything in it', scene] as const];

describe.each(logs)('%s', (_, records) => {
  test('at every moment shows what a fold of the records until then shows', () => {
    const tape = tapeOf({id, records, from: null, to: null});
    for (let at = 0; at < records.length; at++) {
      const {done, open} = replay(transcript, records.slice(0, at + 1));
      expect([...tape.entries.upTo(tape.shown[at]!)]).toEqual([...done]);
      expect(tape.open[at]).toEqual(open);
    }
  });

  test('tells at every moment what stood in the newest request, in whatever order it is asked', () => {
    const tape = tapeOf({id, records, from: null, to: null});
    const contexts = new Contexts(tape);
    const order = [...records.keys()].toSorted((a, b) => ((a * 7919) % records.length) - ((b * 7919) % records.length));
    for (const at of order) {
      const last = records.slice(0, at + 1).findLastIndex(({event}) => event.type === 'context.assembled');
      const found = contexts.at(at);
      if (last < 0) {
        expect(found).toBe(null);
        continue;
      }
      const {kept} = replay(sessionState, records.slice(0, last + 1)).plan;
      expect(found?.items.map(({seq, as, tokens}) => ({seq, as, tokens})).toSorted((a, b) => a.seq - b.seq)).toEqual(
        [...kept].map(([seq, item]) => ({seq, ...item})).toSorted((a, b) => a.seq - b.seq),
      );
      const tokens = found?.items.reduce((sum, item) => sum + item.tokens, found.fixed);
      expect(tokens).toBe(found?.tokens);
      expect(new Contexts(tape).at(at)).toEqual(found);
    }
  });

  test('stops once at the end of every step, and any range of steps has the stops of its steps', () => {
    const whole = tapeOf({id, records, from: null, to: null});
    const steps = whole.stops.map(({step}) => step);
    expect(steps).toEqual([...new Set(steps)].toSorted((a, b) => a - b));
    expect(whole.stops.at(-1)?.at).toBe(records.length - 1);
    for (const from of steps)
      for (const to of steps.filter(step => step >= from)) {
        const part = tapeOf({id, records, from, to});
        expect(part.stops).toEqual(whole.stops.filter(({step}) => step >= from && step <= to));
        expect(part.range.begin).toBeLessThanOrEqual(part.range.last);
        expect(part.range.last).toBe(part.stops.at(-1)?.at);
      }
  });
});

test('the context of a long session is the same from whichever end it is come to', () => {
  const events: SessionEvent[] = [opened];
  for (let step = 1; step <= 700; step++) {
    const request = assembled(step, events.length - 1) as Extract<SessionEvent, {type: 'context.assembled'}>;
    const added = step === 1 ? [] : [{layer: 'L2', ref: {seq: events.length - 1}, as: 'whole', tokens: step} as const];
    const removed = step > 19 ? [{seq: 2 * (step - 19), why: 'over-budget'} as const] : [];
    events.push({...request, plan: {...request.plan, added, removed}}, replied(step, [said(`Answer ${step}.`)]));
  }
  const tape = tapeOf({id, records: recordsOf(events), from: null, to: null});
  const [forwards, backwards] = [new Contexts(tape), new Contexts(tape)];
  const moments = [0, 1, 2, 100, 511, 512, 513, 1_023, 1_024, 1_025, 1_400];
  const seen = moments.map(at => forwards.at(at));
  expect(moments.toReversed().map(at => backwards.at(at))).toEqual(seen.toReversed());
  expect(moments.map(at => forwards.at(at))).toEqual(seen);
  expect(seen.at(-1)).toMatchObject({step: 700, left_out: 681});
  expect(seen.at(-1)?.items.map(({tokens}) => tokens)).toEqual(Array.from({length: 18}, (_, index) => 683 + index));
});
