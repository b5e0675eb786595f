import fc from 'fast-check';
import {expect, test} from 'vitest';
import {lastLines, safeLine, safeText} from '../../../src/surfaces/ui/view/safe-text.ts';

const check = (input: string, expected: string) => expect(safeText(input)).toBe(expected);

test('escape sequences go, whole', () => {
  check('\u001b[31mred\u001b[0m', 'red');
  check('\u009b31mred', 'red');
  check('a\u001b[2Jb\u001b[1;1Hc', 'abc');
  check('\u001b]0;title\u0007after', 'after');
  check('\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\', 'link');
  check('\u001b]52;c;aGk=\u0007x', 'x');
  check('\u001bP1$q\u001b\\x', 'x');
  check('\u001bcx', 'x');
  check('\u001b]0;unended\nnext', '\nnext');
});

test('control characters go, tabs and line ends stay what they mean', () => {
  check('a\u0000b\u0008c\u007fd\u0085e', 'abcde');
  check('a\r\nb', 'a\nb');
  check('a\tb\n\tc', 'a   b\n    c');
  check('a\u2028b', 'a\nb');
});

test('text cannot be reordered or hidden', () => {
  check('user\u202enimda', 'user\ufffdnimda');
  check('a\u2066b\u2069', 'a\ufffdb\ufffd');
  check('a\u{e0041}b', 'a\ufffdb');
  check('family 👩‍👩‍👧 naïve', 'family 👩‍👩‍👧 naïve');
  check('\ud800', '\ufffd');
});

test('no control character gets through, whatever comes', () => {
  const nasty = fc.string({
    unit: fc.constantFrom(
      '\u001b',
      '[',
      ']',
      '\u009b',
      '\u009d',
      ';',
      'm',
      '\\',
      '\u0007',
      '\n',
      '\r',
      '\t',
      '\u0000',
      'a',
      '2',
      '\u202e',
      '\u0090',
      '\u001b]8;;',
    ),
  });
  fc.assert(
    fc.property(nasty, text => {
      const safe = safeText(text);
      for (const char of safe) if (char !== '\n' && (char < ' ' || (char >= '\u007f' && char <= '\u009f'))) return false;
      return safeText(safe) === safe;
    }),
    {numRuns: 2_000},
  );
});

test('one line, and the last lines of a stream', () => {
  expect(safeLine('a\n  b')).toBe('a ⏎ b');
  expect(lastLines('one\ntwo\n\n10%\r50%\r100%\n', 2)).toEqual(['two', '100%']);
  expect(lastLines('windows\r\n', 1)).toEqual(['windows']);
  expect(lastLines('', 3)).toEqual([]);
});
