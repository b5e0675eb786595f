import {expect, test} from 'vitest';
import {foundIn} from '../../../src/core/projections/found-text.ts';
import type {Said} from '../../../src/core/vocabulary/session-row.ts';

const said = (kind: Said['kind'], step: number, text: string): Said => ({kind, step, text});
const session = [
  said('title', 0, 'The parser'),
  said('prompt', 1, 'It crashes'),
  said('answer', 2, 'The parser crashed on an empty file.'),
  said('command', 2, 'npm test'),
  said('path', 2, 'src/parser.ts'),
];
const shown = (words: readonly string[]) =>
  foundIn(session, words)?.map(
    ({kind, text, marks}) =>
      `${kind}: ${marks.reduceRight((line, {start, end}) => `${line.slice(0, start)}[${line.slice(start, end)}]${line.slice(end)}`, text)}`,
  );

test('every word has to stand somewhere; texts with the most different ones come first', () => {
  expect(shown(['parser', 'crash'])).toEqual([
    'answer: The [parser] [crashed] on an empty file.',
    'title: The [parser]',
    'prompt: It [crashes]',
    'path: src/[parser].ts',
  ]);
  expect(shown(['parser', 'nowhere'])).toBeUndefined();
  expect(foundIn(session, [])).toEqual([]);
});

test('of a long text the part around the first match is shown, on one line', () => {
  const text = `${'before '.repeat(100)}\n\n\tneedle  and ${'after '.repeat(100)} needle`;
  const [found] = foundIn([said('answer', 1, text)], ['needle']) ?? [];
  expect(found?.text).toMatch(/^…before .*before needle and after .*…$/);
  expect(found?.text).not.toMatch(/[\n\t]/);
  expect(found?.marks.map(({start, end}) => found.text.slice(start, end))).toEqual(['needle']);
});

test('a character of two halves is not cut in two', () => {
  for (let length = 30; length < 50; length++) {
    const [found] = foundIn([said('answer', 1, `${'🦛'.repeat(length)} needle ${'🦛'.repeat(80)}`)], ['needle']) ?? [];
    expect(found?.text.isWellFormed()).toBe(true);
    expect(found?.marks.map(({start, end}) => found.text.slice(start, end))).toEqual(['needle']);
  }
});
