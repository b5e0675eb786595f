import {describe, expect, test} from 'vitest';
import {linesAlike} from '../../../src/core/compare/lines-alike.ts';
import {leastAlike} from '../../../src/core/compare/likeness.ts';
import {parting} from '../../../src/core/compare/parting.ts';
import {stepRows} from '../../../src/core/compare/step-rows.ts';
import type {Block} from '../../../src/core/vocabulary/block.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {CallId, GitTree, Sha256} from '../../../src/core/vocabulary/ids.ts';
import {recordsOf} from '../../support/records.ts';

const hash = '0'.repeat(64) as Sha256;
const usage = {input: 10, output: 2, cached: 0, cache_written: 0};
const said = (text: string): SessionEvent => ({type: 'user.prompted', text});
const replied = (step: number, ...content: Block[]): SessionEvent => ({
  type: 'model.replied',
  step,
  content,
  stop: 'end',
  model: 'm',
  usage,
  usd: 0,
  response: hash,
});
const call = (id: string): Block => ({type: 'call', id: id as CallId, provider_id: id, tool: 'shell', input: {command: 'true'}});
const refused = (id: string, reason = 'no'): SessionEvent => ({
  type: 'tool.finished',
  call: id as CallId,
  outcome: {kind: 'refused', reason},
  touched: [],
});
const text = (words: string): Block => ({type: 'text', text: words});
const checkpointed = (step: number, ...changed: string[]): SessionEvent => ({
  type: 'files.checkpointed',
  step,
  tree: 't' as GitTree,
  changed,
  left_out: [],
});

const side = (events: readonly SessionEvent[], name = 'one') => {
  const {records} = recordsOf(events, name);
  return {records, rows: stepRows(records)};
};

describe('rows', () => {
  test('what was said stands with the step that answers it, results and files with the step that they are of', () => {
    const {rows} = side([
      said('a'),
      replied(1, text('Yes.'), call('1.1')),
      refused('1.1'),
      said('more'),
      checkpointed(1, 'b.txt'),
      replied(2, text('Done.')),
      {type: 'user.interrupted'},
      said('last'),
    ]);
    expect(rows.map(({step, said: words, files, notes}) => ({step, words, files, notes}))).toEqual([
      {step: 1, words: ['a'], files: ['b.txt'], notes: []},
      {step: 2, words: ['more'], files: null, notes: ['interrupted']},
      {step: null, words: ['last'], files: null, notes: []},
    ]);
    expect([...rows[0]!.outcomes]).toEqual([['1.1', {kind: 'refused', reason: 'no'}]]);
  });
});

describe('where two sessions part', () => {
  const events = [said('a'), replied(1, call('1.1')), refused('1.1'), replied(2, text('Done.'))];

  test('the same steps in another log are no shared records', () => {
    expect(parting(side(events), side(events, 'two'))).toEqual({records: 0, steps: 2});
  });

  test('a fork shares its records', () => {
    expect(parting(side(events), side([...events.slice(0, 3), replied(2, text('Otherwise.'))]))).toEqual({records: 3, steps: 1});
  });

  test('other words, another call, another end', () => {
    expect(parting(side(events), side([said('b'), ...events.slice(1)]))).toMatchObject({steps: 0});
    expect(parting(side(events), side([events[0]!, replied(1, call('1.1'), text('And.')), ...events.slice(2)]))).toMatchObject({steps: 0});
    const lost: SessionEvent = {type: 'tool.finished', call: '1.1' as CallId, outcome: {kind: 'lost'}, touched: []};
    expect(parting(side(events), side([...events.slice(0, 2), lost, ...events.slice(3)]))).toMatchObject({steps: 0});
  });

  test('a beginning of another parts at its end', () => {
    for (let length = 0; length <= events.length; length++)
      expect(parting(side(events.slice(0, length)), side(events)).records).toBe(length);
  });
});

test('lines are alike by their bytes, and by what stays from run to run', () => {
  const none = {was: [], now: []};
  expect(linesAlike({was: 'a', now: 'a'}, none)).toBe('same');
  expect(linesAlike({was: '1.2s', now: '3s'}, none)).toBe('volatile');
  expect(linesAlike({was: 'a', now: 'b'}, none)).toBe('different');
  expect(linesAlike({was: 'a', now: null}, none)).toBe('different');
  expect(linesAlike({was: '/w/a/x', now: '/w/b/x'}, {was: [{text: '/w/a', as: '<w>'}], now: [{text: '/w/b', as: '<w>'}]})).toBe('volatile');
  expect(leastAlike([])).toBe('same');
  expect(leastAlike(['same', 'different', 'volatile'])).toBe('different');
});
