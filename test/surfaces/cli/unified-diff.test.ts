import {applyPatch} from 'diff';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {unifiedDiff} from '../../../src/surfaces/cli/unified-diff.ts';

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
const diff = (before: string, after: string) => {
  const {lines, rough} = unifiedDiff({before: linesOf(before), after: linesOf(after)});
  return {text: [...lines].join(''), rough};
};

test.each([
  ['a\nb\nc\n', 'a\nB\nc\n', '@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n'],
  ['', 'a\n', '@@ -0,0 +1,1 @@\n+a\n'],
  ['a\n', '', '@@ -1,1 +0,0 @@\n-a\n'],
  ['a', 'a\n', '@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n'],
  ['a\r\n', 'a\n', '@@ -1,1 +1,1 @@\n-a\r\n+a\n'],
  ['a \n', 'a\n', '@@ -1,1 +1,1 @@\n-a \n+a\n'],
  [
    '1\n2\n3\n4\n5\n6\n7\n8\n9\n',
    'x\n2\n3\n4\n5\n6\n7\n8\ny\n',
    '@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+y\n',
  ],
  ['1\n2\n3\n4\n5\n6\n7\n8\n', 'x\n2\n3\n4\n5\n6\n7\ny\n', '@@ -1,8 +1,8 @@\n-1\n+x\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+y\n'],
])('%j to %j', (before, after, text) => expect(diff(before, after)).toEqual({text, rough: false}));

test('it leads from the one to the other, whatever they are', () => {
  const line = fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'd \n', '\\ No\n', '-x\n', '+x\n', '@@ -1,1 +1,1 @@\n', 'é\r\n');
  const text = fc.tuple(fc.array(line, {maxLength: 40}), fc.constantFrom('', 'end')).map(([lines, end]) => lines.join('') + end);
  fc.assert(
    fc.property(text, text, (before, after) => {
      const {text: patch} = diff(before, after);
      if (before === after) expect(patch).toBe('');
      else expect(applyPatch(before, `--- a\n+++ b\n${patch}`, {autoConvertLineEndings: false})).toBe(after);
    }),
    {numRuns: 500},
  );
});

test('what differs too much is replaced at once, between what is common at both ends', () => {
  const many = (mark: string) => `same\n${Array.from({length: 5_000}, (_, n) => `${mark}${n}\n`).join('')}end\n`;
  const {text, rough} = diff(many('a'), many('b'));
  expect(rough).toBe(true);
  expect(text.match(/^@@.*/gm)).toEqual(['@@ -1,5002 +1,5002 @@']);
  expect(applyPatch(many('a'), `--- a\n+++ b\n${text}`)).toBe(many('b'));
});
