import fc from 'fast-check';
import {expect, test} from 'vitest';
import {bashTree} from '../../../src/adapters/shell-syntax/bash-tree.ts';
import {plainLine} from '../../../src/adapters/shell-syntax/plain-line.ts';
import {walk} from '../../../src/adapters/shell-syntax/walk.ts';

const PIECES = [
  'ls',
  'git',
  'push',
  'npm',
  'a',
  'b.c',
  '-x',
  '--y=z',
  '1',
  '2',
  '/dev/null',
  'a=b',
  'if',
  'then',
  'fi',
  'do',
  'time',
  '!',
  '{',
  '}',
  '[',
  ']',
  '[[',
  'test',
  'export',
  'in',
  'case',
  'esac',
  ' ',
  ' ',
  ' ',
  '  ',
  '\t',
  ';',
  '&&',
  '||',
  '|',
  '&',
  '\n',
  ';;',
  '|&',
  '(',
  ')',
  '>',
  '<',
  '>>',
  '2>&1',
  '>/dev/null',
  '2>/dev/null',
  ' 2>&1 ',
  ' >/dev/null',
  '>&2',
  '1>&2',
  "'",
  '"',
  "'a b'",
  '"a b"',
  "''",
  '""',
  "'$x'",
  '"$x"',
  '$x',
  '`a`',
  '\\',
  '\\\n',
  '*',
  '?',
  '~',
  '#',
  '# c',
  '=',
  '%',
  '@',
  '+',
  ':',
  ',',
  '^',
  'é',
  'export A=1',
  'A=1 ls',
  '-',
  '--',
  '.',
  './x',
];

const line = fc.array(fc.constantFrom(...PIECES), {minLength: 1, maxLength: 9}).map(parts => parts.join(''));
const words = fc
  .array(
    fc.tuple(
      fc.constantFrom(...PIECES.slice(0, 11), "'a b'", '"c"'),
      fc.constantFrom(' ', ' ', ' ', '; ', ' && ', ' | ', '\n', ' 2>&1 ', ' >/dev/null '),
    ),
    {minLength: 1, maxLength: 8},
  )
  .map(parts => parts.flat().join(''));

test('what the small reader accepts, the grammar reads alike, or gives up on', async () => {
  let alike = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(line, words), async text => {
      const plain = plainLine(text);
      if (plain === null) return;
      const parsed = await bashTree(text, walk);
      if (parsed.why !== null) return;
      expect(plain).toEqual(parsed);
      alike++;
    }),
    {numRuns: 6000},
  );
  expect(alike).toBeGreaterThan(500);
});

test.each(['ls', 'npm test 2>&1 | tail -20', "git commit -m 'a b'", 'ls\nrm x', 'a && b || c; d'])('%j needs no grammar', text => {
  expect(plainLine(text)).not.toBeNull();
});

test.each([
  'ls *',
  'ls $x',
  'ls `x`',
  'ls > a',
  'ls &',
  '(ls)',
  '! ls',
  'A=1 ls',
  'if a',
  "ls 'a",
  'ls \\x',
  'ls # x',
  'ls ~',
  'ls {a,b}',
  'ls <a',
  '[ a ]',
  'ls "$x"',
  'ls; ; ls',
  'ls &&',
  '| ls',
  '',
])('%j needs the grammar', text => {
  expect(plainLine(text)).toBeNull();
});
