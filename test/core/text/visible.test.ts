import fc from 'fast-check';
import {expect, test} from 'vitest';
import {holdsUnseen, visible, visibleControls, visibleLines} from '../../../src/core/text/visible.ts';

test.each([
  ['npm test \u001b]0;$(touch x)\u0007 2>/dev/null', String.raw`npm test \x1b]0;$(touch x)\x07 2>/dev/null`],
  ['a\nb\tc\rd', String.raw`a\x0ab\x09c\x0dd`],
  ['\u009b2K\u0000\u007f', String.raw`\x9b2K\x00\x7f`],
  ['user\u202enimda', String.raw`user\u202enimda`],
  ['a\u200bb\u2066c\u2069\ufeff', String.raw`a\u200bb\u2066c\u2069\ufeff`],
  ['a\u{e0041}b', String.raw`a\u{e0041}b`],
  ['naïve 中文 👍', 'naïve 中文 👍'],
])('%j is shown as %s', (text, shown) => expect(visible(text)).toBe(shown));

test('lines stay lines, and are the only thing that does', () => {
  expect(visibleLines('a\n\tb\r\n\u001b[8mc')).toBe('a\n\tb\\x0d\n\\x1b[8mc');
  expect(visibleControls('a\n\tb\r\u001b[8m\u202e👩‍👧')).toBe('a\n\tb\\x0d\\x1b[8m\u202e👩‍👧');
});

test('nothing that a terminal obeys is left, nothing is dropped, and twice is as good as once', () => {
  fc.assert(
    fc.property(fc.string({unit: 'binary'}), text => {
      const shown = visible(text);
      expect(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/.test(shown)).toBe(false);
      expect(shown.length).toBeGreaterThanOrEqual(text.length);
      expect(visible(shown)).toBe(shown);
    }),
  );
});

test('what holds such characters is known at any depth', () => {
  expect(holdsUnseen({command: 'a\n\tb', more: [1, null, {deep: 'x'}]})).toBe(false);
  expect(holdsUnseen({more: [{deep: 'x\u001b'}]})).toBe(true);
  expect(holdsUnseen({'na\u202eme': 1})).toBe(true);
});
