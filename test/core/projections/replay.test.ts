import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {replay} from '../../../src/core/log/fold.ts';
import {replayWait} from '../../../src/core/projections/replay-pace.ts';
import {replayStep} from '../../../src/core/projections/replay-step.ts';
import {sessionState} from '../../../src/core/projections/session-state.ts';
import {filesOfStep, stepFiles} from '../../../src/core/projections/step-files.ts';
import {isTakenBack, takenBack} from '../../../src/core/projections/taken-back.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {GitTree} from '../../../src/core/vocabulary/ids.ts';
import {assembled, opened, recordsOf, replied, said} from '../../surfaces/ui/harness/records.ts';

const prompted = (text: string): SessionEvent => ({type: 'user.prompted', text});
const rewound = (to: number, through: number, more: Partial<Extract<SessionEvent, {type: 'session.rewound'}>> = {}): SessionEvent => ({
  type: 'session.rewound',
  to,
  what: 'talk',
  through,
  files: null,
  undoes: null,
  ...more,
});

test('a prompt belongs to the step that answers it, and what comes before the first request to step 1', () => {
  const events = [opened, prompted('a'), assembled(1, 1), replied(1, [said('x')]), assembled(2, 3), replied(2, [said('y')]), prompted('b')];
  const steps = recordsOf([...events, assembled(3, 6)]).map((_, index, all) => replay(replayStep, all.slice(0, index + 1)));
  expect(steps.map(({step}) => step)).toEqual([1, 1, 1, 1, 2, 2, 3, 3]);
  expect(steps.map(({asked}) => asked)).toEqual([0, 0, 1, 1, 2, 2, 2, 3]);
});

test('a wait is as it happened at speed 1, shortened where it is long, and none where the clock went back', () => {
  const at = (ms: number) => ({at: new Date(ms).toISOString()});
  expect(replayWait(at(0), at(1_000), 1)).toBe(1_000);
  expect(replayWait(at(0), at(1_000), 4)).toBe(250);
  expect(replayWait(at(0), at(1_000), 0.5)).toBe(2_000);
  expect(replayWait(at(0), at(3_600_000), 1)).toBe(3_000);
  expect(replayWait(at(5_000), at(0), 1)).toBe(0);
  expect(replayWait({at: 'no time'}, at(0), 1)).toBe(0);
});

describe('what rewinds took back', () => {
  type Act = {do: 'prompt'} | {do: 'rewind'; share: number; what: 'talk' | 'both' | 'files'} | {do: 'undo'; share: number};
  const acts: fc.Arbitrary<readonly Act[]> = fc.array(
    fc.oneof(
      {weight: 3, arbitrary: fc.constant({do: 'prompt'} as const)},
      fc.record({
        do: fc.constant('rewind' as const),
        share: fc.nat(99),
        what: fc.constantFrom('talk' as const, 'both' as const, 'files' as const),
      }),
      fc.record({do: fc.constant('undo' as const), share: fc.nat(99)}),
    ),
    {maxLength: 25},
  );

  test('is what the model does not see any more, after any rewinds and undone rewinds', () => {
    fc.assert(
      fc.property(acts, list => {
        const events: SessionEvent[] = [opened];
        for (const act of list) {
          const rewinds = events.flatMap((event, seq) => (event.type === 'session.rewound' && event.what !== 'files' ? [seq] : []));
          if (act.do === 'prompt') events.push(prompted(`prompt ${events.length}`));
          if (act.do === 'rewind') events.push(rewound(1, Math.floor((act.share * events.length) / 100), {what: act.what}));
          const undoes = act.do === 'undo' ? rewinds[Math.floor((act.share * rewinds.length) / 100)] : undefined;
          if (undoes !== undefined) events.push(rewound(1, undoes - 1, {undoes}));
        }
        const records = recordsOf(events);
        const {spans} = replay(takenBack, records);
        const seen = new Set([...replay(sessionState, records).trace.entries].map(({seq}) => seq));
        for (const {seq, event} of records) if (event.type === 'user.prompted') expect(isTakenBack(spans, seq)).toBe(!seen.has(seq));
      }),
    );
  });
});

describe('the files of a step', () => {
  const tree = (name: string) => name.repeat(40) as GitTree;
  const checkpointed = (step: number, name: string): SessionEvent => ({
    type: 'files.checkpointed',
    step,
    tree: tree(name),
    changed: [],
    left_out: [],
  });
  const prepared: SessionEvent = {type: 'worktree.prepared', base: tree('a'), head: null, left_out: [], dependencies: []};

  test('are those between the tree before it and its last checkpoint, wherever that stands in the log', () => {
    const events = [opened, prepared, assembled(1, 1), assembled(2, 2), checkpointed(1, 'b'), checkpointed(2, 'c'), checkpointed(2, 'd')];
    const files = replay(stepFiles, recordsOf(events));
    expect(filesOfStep(files, 1)).toEqual({from: tree('a'), to: tree('b')});
    expect(filesOfStep(files, 2)).toEqual({from: tree('b'), to: tree('d')});
    expect(filesOfStep(files, 3)).toBe(null);
  });

  test('begin where a rewind or a fork put them', () => {
    const back = rewound(0, 1, {what: 'files', files: {from: tree('b'), to: tree('a')}});
    const files = replay(stepFiles, recordsOf([opened, prepared, checkpointed(1, 'b'), back, checkpointed(2, 'c')]));
    expect(filesOfStep(files, 2)).toEqual({from: tree('a'), to: tree('c')});
    const forked = (name: string) => ({type: 'session.forked', from: {step: 2}, place: null, tree: tree(name)}) as unknown as SessionEvent;
    const early = replay(stepFiles, recordsOf([opened, prepared, checkpointed(1, 'b'), forked('c'), checkpointed(3, 'd')]));
    expect([2, 3].map(step => filesOfStep(early, step))).toEqual([
      {from: tree('b'), to: tree('c')},
      {from: tree('c'), to: tree('d')},
    ]);
    expect(filesOfStep(replay(stepFiles, recordsOf([opened, prepared, checkpointed(2, 'b'), forked('b')])), 2)?.to).toBe(tree('b'));
    // Taking back what was there again is no change.
    expect(filesOfStep(replay(stepFiles, recordsOf([opened, prepared, checkpointed(1, 'a')])), 1)).toBe(null);
  });
});
