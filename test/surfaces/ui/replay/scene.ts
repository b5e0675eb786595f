import type {SessionEvent} from '../../../../src/core/vocabulary/event.ts';
import type {CallId, GitTree} from '../../../../src/core/vocabulary/ids.ts';
import {allowed, assembled, call, done, opened, ran, recordsOf, replied, said, started, thought} from '../harness/records.ts';

const tree = (name: string) => name.repeat(40) as GitTree;
const prompted = (text: string): SessionEvent => ({type: 'user.prompted', text});
const edits = {path: 'src/sum.js', old: 'function sum(a, b) {\n  return a - b;\n}', new: 'function sum(a, b) {\n  return a + b;\n}'};

/** A request with the records that are new in it, and without some that stood in the one before. */
const asked = (step: number, through: number, added: readonly number[], removed: readonly number[] = []): SessionEvent => {
  const event = assembled(step, through, 1_000 + 50 * added.length) as Extract<SessionEvent, {type: 'context.assembled'}>;
  const items = added.map(seq => ({layer: 'L2', ref: {seq}, as: 'whole', tokens: 50}) as const);
  return {...event, plan: {...event.plan, added: items, removed: removed.map(seq => ({seq, why: 'over-budget'}))}};
};

const checkpointed = (step: number, name: string): SessionEvent => ({
  type: 'files.checkpointed',
  step,
  tree: tree(name),
  changed: ['src/sum.js'],
  left_out: [],
});

const events: readonly SessionEvent[] = [
  opened,
  {type: 'worktree.prepared', base: tree('a'), head: null, left_out: [], dependencies: []},
  prompted('fix the 日本 test\nand say why'),
  asked(1, 2, [2]),
  // 4
  replied(1, [
    thought('Look first.'),
    said('I look **first**, at `src/sum.js`.'),
    call('1.1', 'shell', {command: 'npm test -- --run'}),
    call('1.2', 'read', {path: 'src/sum.js'}),
  ]),
  allowed('1.1'),
  allowed('1.2'),
  started('1.1'),
  started('1.2'),
  done('1.2', 12),
  // 10
  ran('1.1', 1, 15_000),
  asked(2, 10, [4, 9, 10]),
  replied(2, [said('The sign is wrong.'), call('2.1', 'edit', edits)]),
  allowed('2.1'),
  started('2.1'),
  // 15
  done('2.1', 1),
  checkpointed(2, 'b'),
  asked(3, 15, [12, 15]),
  replied(3, [said('It is mended: `sum` adds now.')]),
  prompted('now the other way round'),
  // 20
  asked(4, 19, [18, 19], [4, 9, 10]),
  {
    type: 'model.failed',
    step: 4,
    attempt: 1,
    error: {code: 'overloaded', message: 'The server is overloaded.', retryable: true},
    retry_in_ms: 500,
  },
  replied(4, [said('As you like.'), call('4.1', 'shell', {command: 'sed -i s/+/-/ src/sum.js\u001b[2J'})]),
  allowed('4.1'),
  started('4.1'),
  // 25
  {type: 'user.interrupted'},
  {type: 'tool.finished', call: '4.1' as CallId, outcome: {kind: 'refused', reason: 'The user stopped it.'}, touched: []},
  {type: 'session.rewound', to: 3, what: 'talk', through: 18, files: null, undoes: null},
  prompted('rather add a test'),
  asked(5, 28, [28]),
  // 30
  replied(5, [said('There is a test of it already.')]),
  {type: 'session.titled', title: 'The sum'},
];

/** A session with two turns, one of them taken back, a failed request, a refused call, and files that changed. */
export const scene = recordsOf(events);
