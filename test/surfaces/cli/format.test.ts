import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {bounded} from '../../../src/surfaces/cli/bounded.ts';
import {age} from '../../../src/surfaces/cli/format/age.ts';
import {money, plural, share, span, tokens} from '../../../src/surfaces/cli/format/amounts.ts';
import {oneLine} from '../../../src/surfaces/cli/format/one-line.ts';
import {titleLine} from '../../../src/surfaces/cli/format/title-line.ts';
import {uniqueLengths} from '../../../src/surfaces/cli/format/session-id.ts';
import {table} from '../../../src/surfaces/cli/format/table.ts';
import {fit, widthOf} from '../../../src/surfaces/cli/format/width.ts';

const now = Date.parse('2026-03-10T12:00:00Z');

test.each([
  [0, 'just now'],
  [-5_000, 'just now'],
  [59_999, 'just now'],
  [60_000, '1 min ago'],
  [3_599_999, '59 min ago'],
  [3_600_000, '1 h ago'],
  [86_400_000, '1 d ago'],
  [30 * 86_400_000, '30 d ago'],
  [31 * 86_400_000, '2026-02-07'],
])('age of %i ms', (ms, expected) => expect(age(now - ms, now)).toBe(expected));

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1.0k'],
  [12_345, '12.3k'],
  [999_949, '999.9k'],
  [999_950, '1.0M'],
  [12_345_678, '12.3M'],
])('%i tokens', (count, expected) => expect(tokens(count)).toBe(expected));

test.each([
  [null, 'unknown'],
  [0, '$0'],
  [0.0012, '$0.0012'],
  [0.5, '$0.50'],
  [12.345, '$12.35'],
])('money %s', (usd, expected) => expect(money(usd)).toBe(expected));

test.each([
  [0, '0.0 s'],
  [440, '0.4 s'],
  [9_949, '9.9 s'],
  [9_950, '10 s'],
  [59_499, '59 s'],
  [59_500, '1 min'],
  [185_000, '3 min 5 s'],
  [3_600_000, '1 h'],
  [7_800_000, '2 h 10 min'],
])('span %i', (ms, expected) => expect(span(ms)).toBe(expected));

test('shares and plurals', () => {
  expect([share(1, 3), share(0, 0), share(5, 5)]).toEqual(['33 %', '–', '100 %']);
  expect([plural(1, 'file'), plural(0, 'file'), plural(1200, 'file'), plural(2, 'entry', 'entries')]).toEqual([
    '1 file',
    '0 files',
    '1,200 files',
    '2 entries',
  ]);
});

test('a title holds no escape sequence and no line break', () =>
  expect(titleLine('\u001b[31mred\u001b[0m\n\ttwo\u0007 \u001b]0;title\u0007x')).toBe('red two x'));

test('a path or a message shows what a terminal would obey', () =>
  expect(oneLine('a\u001b[2K\n\tb\u202e')).toBe(String.raw`a\x1b[2K b\u202e`));

describe('width', () => {
  test.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['👍', 2],
    ['한글', 4],
    ['', 0],
  ])('%s', (text, expected) => expect(widthOf(text)).toBe(expected));

  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['a b c', 3, 'a…'],
  ])('%s in %i columns', (text, columns, expected) => expect(fit(text, columns)).toBe(expected));

  test('what is fitted never takes more than it was given', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme', maxLength: 20}), fc.integer({min: 1, max: 20}), (text, columns) => {
        expect(widthOf(fit(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('table', () => {
  const plain = {width: 30, head: (text: string) => text};

  test('columns line up, and no line ends in a space', () => {
    const lines = table(
      [{title: 'id'}, {title: 'n', align: 'right'}, {title: 'what'}],
      [
        ['a', '5', ''],
        ['bcd', '12', 'x'],
      ],
      plain,
    );
    expect(lines).toEqual(['id    n  what', 'a     5', 'bcd  12  x']);
  });

  test('one column gives way to the width', () => {
    const lines = table(
      [{title: 'id'}, {title: 'title', grow: true}, {title: 'state'}],
      [['a1', 'a long title that does not fit', 'done']],
      plain,
    );
    expect(lines).toEqual(['id  title                state', 'a1  a long title that…   done']);
  });

  test('colours take no room', () => {
    const cell = {text: 'ab', paint: (text: string) => `<${text}>`};
    expect(
      table(
        [{title: ''}, {title: ''}],
        [
          [cell, 'x'],
          ['abcd', 'y'],
        ],
        plain,
      ),
    ).toEqual(['<ab>    x', 'abcd  y']);
  });

  test('a head without titles is left out', () => expect(table([{title: ''}], [], plain)).toEqual([]));
});

test('every id is named by its shortest own beginning, and by no shorter one', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({unit: fc.constantFrom('a', 'b', '0'), minLength: 6, maxLength: 6}), {maxLength: 30}), ids => {
      for (const [id, length] of uniqueLengths(ids)) {
        const sharing = (n: number) => ids.filter(other => other.startsWith(id.slice(0, n))).length;
        expect(sharing(length)).toBe(1);
        expect(length === 4 || sharing(length - 1) > 1).toBe(true);
      }
    }),
  );
});

describe('bounded', () => {
  test('answers come in order, never more than the bound under way', async () => {
    let under = 0;
    let most = 0;
    const ask = async (item: number) => {
      most = Math.max(most, ++under);
      await new Promise(resolve => setTimeout(resolve, (item * 7) % 5));
      under--;
      return item * 2;
    };
    const answers: number[] = [];
    for await (const answer of bounded([1, 2, 3, 4, 5, 6, 7], 3, ask)) answers.push(answer);
    expect({answers, most}).toEqual({answers: [2, 4, 6, 8, 10, 12, 14], most: 3});
  });

  test('whoever stops early asks for no more', async () => {
    const asked: number[] = [];
    const ask = async (item: number) => (asked.push(item), item);
    for await (const answer of bounded([1, 2, 3, 4, 5, 6], 2, ask)) if (answer === 2) break;
    expect(asked).toEqual([1, 2, 3]);
  });

  test('a failure is thrown in its turn', async () => {
    const answers: number[] = [];
    const ask = async (item: number) => {
      if (item === 2) throw new Error('two');
      return item;
    };
    const all = (async () => {
      for await (const answer of bounded([1, 2, 3], 3, ask)) answers.push(answer);
    })();
    await expect(all).rejects.toThrow('two');
    expect(answers).toEqual([1]);
  });
});
