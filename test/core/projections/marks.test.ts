import {expect, test} from 'vitest';
import {markAfter, marks, newestMark, treeAt, undoable, type Marks} from '../../../src/core/projections/marks.ts';
import {replay} from '../../../src/core/log/fold.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {CallId, GitTree} from '../../../src/core/vocabulary/ids.ts';
import {recordsOf} from '../../support/records.ts';

const tree = (name: string) => name.padEnd(40, '0') as GitTree;
const prompted = (text: string): SessionEvent => ({type: 'user.prompted', text});
const assembled = (step: number): SessionEvent => ({
  type: 'context.assembled',
  step,
  plan: {assembler: 'a/1', budget: 1, tokens: 1, through: 0, added: [], masked: [], removed: []},
  max_output: 1,
  sha256: 'a'.repeat(64) as never,
});
const checkpointed = (step: number, name: string): SessionEvent => ({
  type: 'files.checkpointed',
  step,
  tree: tree(name),
  changed: [],
  left_out: [],
});
const prepared: SessionEvent = {type: 'worktree.prepared', base: tree('b'), head: null, left_out: [], dependencies: []};
const rewound = (to: number, files: readonly [string, string] | null, undoes: number | null = null): SessionEvent => ({
  type: 'session.rewound',
  to,
  what: 'both',
  through: 0,
  files: files === null ? null : {from: tree(files[0]), to: tree(files[1])},
  undoes,
});

const after = (...events: readonly SessionEvent[]): Marks => replay(marks, recordsOf(events).records);
const end = {seq: 99, at: ''};

/** Of each step from 0 on: the last record that is kept, and the files. */
const table = (state: Marks) =>
  Array.from({length: state.step + 1}, (_, step) => {
    const mark = markAfter(state, step, end);
    return mark === null ? null : [mark.through, treeAt(state, mark)?.replaceAll('0', '') ?? null];
  });

test('a step ends before what comes next, and its files may be kept only after that', () => {
  const state = after(
    prompted('one'),
    assembled(1),
    prepared,
    checkpointed(1, 'c'),
    assembled(2),
    checkpointed(2, 'd'),
    prompted('two'),
    assembled(3),
    checkpointed(2, 'e'),
  );
  expect(table(state)).toEqual([
    [-1, 'b'],
    [3, 'c'],
    [5, 'e'],
    [99, 'e'],
  ]);
  expect(markAfter(state, 4, end)).toBeNull();
});

test('a request that is planned again is no step of its own', () => {
  const state = after(prompted('one'), assembled(1), assembled(1), prepared, assembled(2));
  expect([...state.marks].map(({step, through}) => [step, through])).toEqual([
    [0, -1],
    [0, 0],
    [1, 3],
  ]);
});

test('what a rewind put there counts from it on, and not for the steps before', () => {
  const state = after(
    prompted('one'),
    assembled(1),
    prepared,
    checkpointed(1, 'c'),
    assembled(2),
    checkpointed(2, 'd'),
    rewound(1, ['d', 'c']),
    prompted('two'),
    assembled(3),
    prompted('x'),
  );
  expect(table(state)).toEqual([
    [-1, 'b'],
    [3, 'c'],
    [5, 'd'],
    [8, 'c'],
  ]);
  expect(treeAt(state, {step: 2, through: 5, at: '', prompt: null})).toBe(tree('d'));
});

test('a fork whose parent had not kept a step yet: the files that it begins with are those of the step that wrote last', () => {
  const call = (id: string, read_only: boolean): readonly SessionEvent[] => [
    {type: 'tool.judged', call: id as CallId, verdict: {kind: 'allow', rule: 'x'}, read_only},
    {type: 'tool.started', call: id as CallId, idempotency_key: 'a'.repeat(64) as never},
  ];
  const first = [prompted('one'), assembled(1), prepared, ...call('1.1', false), assembled(2), checkpointed(1, 'c')];
  const forked = {type: 'session.forked', from: {step: 4}, tree: tree('d')} as SessionEvent;
  const late = after(...first, assembled(3), ...call('3.1', false), assembled(4), ...call('4.1', true), forked, assembled(5));
  expect(table(late).map(row => row?.[1])).toEqual(['b', 'c', 'c', 'd', 'd', 'd']);
  const none = after(...first, assembled(3), ...call('3.1', true), assembled(4), ...call('4.1', true), forked, assembled(5));
  expect(table(none).map(row => row?.[1])).toEqual(['b', 'c', 'c', 'c', 'd', 'd']);
});

test('where the session stands is its end, and right behind a rewind that is not the end of the newest step', () => {
  const worked = [prompted('one'), assembled(1), prepared, checkpointed(1, 'c'), assembled(2), checkpointed(2, 'd')];
  expect(newestMark(after(...worked), end)).toMatchObject({step: 2, through: 99});
  const back = [...worked, rewound(1, ['d', 'c'])];
  expect(newestMark(after(...back), end)).toMatchObject({step: 2, through: 99});
  expect(newestMark(after(...back, prompted('two')), end)).toMatchObject({step: 2, through: 6, prompt: 'two'});
  const changed = [...back, checkpointed(2, 'e'), rewound(1, ['e', 'd'], 6)];
  expect(table(after(...changed))[2]).toEqual([5, 'd']);
  expect(treeAt(after(...changed), newestMark(after(...changed), end))).toBe(tree('d'));
});

test('the newest rewind that was not taken back can be, each once', () => {
  const [first, second] = [rewound(1, null), rewound(0, null)];
  expect(undoable(after(first, second))?.seq).toBe(1);
  expect(undoable(after(first, second, rewound(0, null, 1)))?.seq).toBe(0);
  expect(undoable(after(first, second, rewound(0, null, 1), rewound(0, null, 0)))).toBeNull();
  expect(undoable(after(first, rewound(0, null, 0), second))?.seq).toBe(2);
});
