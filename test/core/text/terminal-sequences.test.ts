import fc from 'fast-check';
import {expect, test} from 'vitest';
import {withoutSequences} from '../../../src/core/text/terminal-sequences.ts';
import {readable} from '../../../src/core/truncation/line-noise.ts';

const sequences = [
  '\u001b[1;31m',
  '\u001b[0m',
  '\u001b[K',
  '\u001b[?25l',
  '\u001b[2 q',
  '\u001b]0;a title\u0007',
  '\u001b]8;;http://x\u001b\\',
  '\u001b]8;;\u001b\\',
  '\u001bP1$r0m\u001b\\',
  '\u001b(B',
  '\u001b=',
  '\u001bM',
  '\u001b7',
];

test('colours, cursor, titles, links and character sets are taken out, wherever they stand; a view takes out the same', () => {
  const plain = fc.constantFrom('error', ' ', 'é', '[0m', ']8;;', '\n', '(B', '5');
  fc.assert(
    fc.property(fc.array(fc.tuple(plain, fc.constantFrom('', ...sequences)), {maxLength: 20}), pieces => {
      const text = pieces.map(([word, sequence]) => sequence + word).join('');
      const rest = pieces.map(([word]) => word).join('');
      expect(withoutSequences(text)).toBe(rest);
      expect(readable(Buffer.from(text)).text).toBe(rest);
    }),
  );
});

test.each(['a title that never ends \u001b]0;and all that follows\nnext', 'half a colour \u001b[1;3', '\u001b'])(
  '%j has no whole sequence, and stays',
  text => expect(withoutSequences(text)).toBe(text),
);
