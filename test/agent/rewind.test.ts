import {expect, test} from 'vitest';
import {rewind, type RewindRequest} from '../../src/agent/rewind.ts';
import {sessionState} from '../../src/core/projections/session-state.ts';
import type {SessionEvent} from '../../src/core/vocabulary/event.ts';
import {recordsOf} from '../support/records.ts';

const prompted = (text: string): SessionEvent => ({type: 'user.prompted', text});
const assembled = (step: number): SessionEvent => ({
  type: 'context.assembled',
  step,
  plan: {assembler: 'trace/1', budget: 1, tokens: 1, through: 0, added: [], masked: [], removed: []},
  max_output: 1,
  sha256: 'a'.repeat(64) as never,
});
const replied = (step: number): SessionEvent => ({
  type: 'model.replied',
  step,
  model: 'test',
  content: [{type: 'text', text: `answer ${step}`}],
  stop: 'end',
  usage: {input: 1, output: 1, cached: 0, cache_written: 0},
  usd: 0,
  response: 'a'.repeat(64) as never,
});
const turn = (step: number): readonly SessionEvent[] => [prompted(`prompt ${step}`), assembled(step), replied(step)];

/** A session of which only the conversation goes back: there are no files. */
function talking(...first: readonly SessionEvent[]) {
  const events = [...first];
  const fold = () => recordsOf(events).records.reduce((state, record) => sessionState.apply(state, record), sessionState.initial);
  const none = () => Promise.reject(new Error('no files'));
  return {
    say: (...more: readonly SessionEvent[]) => void events.push(...more),
    last: () => events.length - 1,
    prompts: () => [...fold().trace.entries].flatMap(entry => (entry.kind === 'user' && !entry.steering ? [entry.text] : [])),
    rewind: (to: RewindRequest['to']) =>
      rewind(
        {to, what: 'talk', force: false},
        {
          state: fold,
          end: () => events.length - 1,
          record: event => void events.push(event),
          worktrees: {checkpoint: none, changed: none, restore: none},
        },
      ),
  };
}

test('what was said after a rewind can be taken back in its turn, to the step that the conversation really ends with', async () => {
  const session = talking(...turn(1), ...turn(2));
  await session.rewind({through: 2});
  session.say(...turn(3));
  const before = session.last() - 3;
  expect(await session.rewind({through: before})).toMatchObject({kind: 'rewound', event: {to: 1, through: before}, prompt: 'prompt 3'});
  expect(session.prompts()).toEqual(['prompt 1']);
  expect(await session.rewind('undo')).toMatchObject({kind: 'rewound'});
  expect(session.prompts()).toEqual(['prompt 1', 'prompt 3']);
});

test('a prompt behind one that was never answered can be taken back', async () => {
  const session = talking(...turn(1), prompted('prompt 2'), assembled(2), {type: 'user.interrupted'}, ...turn(3));
  expect(await session.rewind({through: 5})).toMatchObject({kind: 'rewound', event: {to: 1}});
  expect(session.prompts()).toEqual(['prompt 1', 'prompt 2']);
});

test('what a rewind took back is no place to go back to: a fork is', async () => {
  const session = talking(...turn(1), ...turn(2));
  await session.rewind({step: 1});
  const refused = await session.rewind({step: 2});
  expect(refused.kind).toBe('refused');
  expect('why' in refused && refused.why).toContain('agent fork');
});
