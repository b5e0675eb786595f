import {expect, test} from 'vitest';
import {todos, type TodoItem} from '../../../src/core/projections/todos.ts';
import type {Recorded, SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {Outcome} from '../../../src/core/vocabulary/outcome.ts';

const record = (event: object): Recorded =>
  ({v: 1, seq: 1, at: '', prev: '', hash: '', event: event as SessionEvent}) as unknown as Recorded;
const asks = (id: string, input: unknown, tool = 'todo'): Recorded =>
  record({
    type: 'model.replied',
    content: [
      {type: 'text', text: ''},
      {type: 'call', id, tool, input},
    ],
  });
const ends = (call: string, kind: Outcome['kind'] = 'done'): Recorded =>
  record({type: 'tool.finished', call, outcome: {kind}, touched: []});
const list = (...items: TodoItem[]): {items: TodoItem[]} => ({items});
const a: TodoItem = {text: 'a', state: 'open'};
const b: TodoItem = {text: 'b', state: 'done'};

test.each<[what: string, records: Recorded[], expected: readonly TodoItem[]]>([
  ['nothing', [], []],
  ['a call that has not ended', [asks('1.1', list(a))], []],
  ['a call that is done', [asks('1.1', list(a)), ends('1.1')], [a]],
  ['a call that was refused', [asks('1.1', list(a)), ends('1.1'), asks('2.1', list(b)), ends('2.1', 'refused')], [a]],
  ['the newest list', [asks('1.1', list(a)), ends('1.1'), asks('2.1', list(a, b)), ends('2.1')], [a, b]],
  ['an emptied list', [asks('1.1', list(a)), ends('1.1'), asks('2.1', list()), ends('2.1')], []],
  ['other tools', [asks('1.1', list(a), 'shell'), ends('1.1')], []],
  ['a wrong list', [asks('1.1', {items: [{text: 1, state: 'open'}]}), ends('1.1')], []],
  ['no list', [asks('1.1', null), ends('1.1'), asks('1.2', {items: 'a'}), ends('1.2')], []],
])('todos after %s', (_what, records, expected) => {
  expect(records.reduce(todos.apply, todos.initial)).toEqual({items: expected, asked: records.length === 1 ? {'1.1': [a]} : {}});
});
