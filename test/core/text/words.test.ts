import fc from 'fast-check';
import {expect, test} from 'vitest';
import {askedWords, marksIn, wordsOf} from '../../../src/core/text/words.ts';

const check = (text: string, expected: string) => expect([...wordsOf(text)].map(({word}) => word).join(' ')).toBe(expected);

test.each([
  ['Fix the parser.', 'fix the parser'],
  ['parseConfig', 'parse config parseconfig'],
  ['HTTPServer2', 'http server2 httpserver2'],
  ['snake_case-name', 'snake case name'],
  ['src/core/a.ts', 'src core a ts'],
  ['Crème BRÛLÉE', 'creme brulee'],
  ['Ünïcode', 'unicode'],
  ['Привет мир', 'привет мир'],
  ['解析器 ok', '解 析 器 ok'],
  ['abc解 def', 'abc 解 def'],
  ['… — !', ''],
  ['', ''],
])('the words of %s', check);

test('a word of a megabyte is found by its beginning', () => {
  expect([...wordsOf('x'.repeat(1_000_000))].map(({word}) => word)).toEqual(['x'.repeat(40)]);
  expect(marksIn('y'.repeat(1_000), askedWords('y'.repeat(500)))).toHaveLength(1);
});

test('what is asked for is each word once, whole', () => {
  expect(askedWords('parseConfig parseconfig src/a.ts 解析')).toEqual(['parseconfig', 'src', 'a', 'ts', '解', '析']);
  expect(askedWords(' ... ')).toEqual([]);
});

test('marks stand where the words are, the longer over the shorter', () => {
  const text = 'parseConfig reads the config of Crème';
  expect(marksIn(text, ['parsecon', 'conf', 'creme']).map(({start, end, words}) => [text.slice(start, end), words])).toEqual([
    ['parseConfig', ['parsecon', 'conf']],
    ['config', ['conf']],
    ['Crème', ['creme']],
  ]);
});

test('whatever a text holds: its words stand in it where they say, and each beginning of one finds it', () => {
  const texts = fc.oneof(
    ...(['grapheme', 'binary', fc.constantFrom('a', 'B', '1', ' ', 'é', '解', '_', '\n')] as const).map(unit =>
      fc.string({unit, maxLength: 60}),
    ),
  );
  fc.assert(
    fc.property(texts, fc.nat(), (text, cut) => {
      for (const {word, start, end} of wordsOf(text)) {
        expect(start < end && end <= text.length).toBe(true);
        if (word === '') continue;
        const asked = word.slice(0, 1 + (cut % word.length));
        expect(marksIn(text, [asked]).some(mark => mark.start <= start && end <= mark.end)).toBe(true);
      }
      const marks = marksIn(text, askedWords(text));
      for (const [index, {start}] of marks.entries()) expect(start >= (marks[index - 1]?.end ?? 0)).toBe(true);
    }),
  );
});
