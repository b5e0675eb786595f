import {chmod, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {edit} from '../../../src/agent/tools/edit.ts';
import {read} from '../../../src/agent/tools/read.ts';
import {testWorld, type Called} from '../../support/world.ts';

const said = ({ending, out}: Called): string =>
  ending.kind === 'failed' ? `${ending.error.code}: ${ending.error.message} ${ending.error.hint ?? ''}`.trim() : out;

async function edited(content: string | Uint8Array, input: object): Promise<{said: string; bytes: string}> {
  const {call, root} = await testWorld({'a.ts': content});
  await call(read, {path: 'a.ts'});
  const called = await call(edit, {path: 'a.ts', ...input});
  return {said: said(called), bytes: await readFile(join(root, 'a.ts'), 'latin1')};
}

const cases: [what: string, content: string | Uint8Array, input: object, said: string, bytes: string][] = [
  ['one line', 'a\nb\n', {old: 'b', new: 'c'}, 'a.ts line 2 replaced (+1 −1)\n', 'a\nc\n'],
  ['several lines', 'a\nb\nc\n', {old: 'a\nb', new: 'x'}, 'a.ts lines 1–2 replaced (+1 −2)\n', 'x\nc\n'],
  ['all', 'a\nb\na\n', {old: 'a', new: 'x', all: true}, 'a.ts 2 places (lines 1, 3) replaced (+2 −2)\n', 'x\nb\nx\n'],
  ['CRLF stays', 'a\r\nb\r\n', {old: 'a\nb', new: 'x\ny'}, 'a.ts lines 1–2 replaced (+2 −2)\n', 'x\r\ny\r\n'],
  ['a byte order mark stays', '\ufeffa\n', {old: 'a', new: 'b'}, 'a.ts line 1 replaced (+1 −1)\n', '\xef\xbb\xbfb\n'],
  ['UTF-16 stays', Buffer.from('\ufeffa\n', 'utf16le'), {old: 'a', new: 'b'}, 'a.ts line 1 replaced (+1 −1)\n', '\xff\xfeb\0\n\0'],
  ['no last line end stays', 'a\nb', {old: 'b', new: 'c'}, 'a.ts line 2 replaced (+1 −1)\n', 'a\nc'],
  [
    'a rung is named',
    '  a;\n  b;\n',
    {old: 'a;\nb;', new: 'a;\nc;'},
    'a.ts lines 1–2 replaced (+1 −1)\nold matched only when indentation was ignored; new was indented to fit (2 spaces added). Now:\n1\t  a;\n2\t  c;\n',
    '  a;\n  c;\n',
  ],
  [
    'several',
    'a\nb\na\n',
    {old: 'a', new: 'x'},
    'ambiguous: old stands in a.ts 2 times: lines 1, 3. Give more lines around it, or all: true for every exact one.',
    'a\nb\na\n',
  ],
  [
    'the same',
    'a\n',
    {old: 'a', new: 'a'},
    'bad-arguments: old and new are the same; nothing would change. Give the text as it should become in new.',
    'a\n',
  ],
  [
    'empty old',
    'a\n',
    {old: '', new: 'a'},
    'bad-arguments: old is empty. Give the text to replace; to make or fill a file, use write.',
    'a\n',
  ],
  [
    'line numbers',
    'a\nb\n',
    {old: '1\ta\n2\tb', new: 'x'},
    'no-match: old does not stand in a.ts, nor anything like it. old holds the line numbers of read: leave them out.',
    'a\nb\n',
  ],
  [
    'nothing alike',
    'a\nb\n',
    {old: 'zzzzzz', new: 'x'},
    'no-match: old does not stand in a.ts, nor anything like it. Read the file again, or grep for a word of it.',
    'a\nb\n',
  ],
  [
    'the nearest',
    'let sum = 1;\nreturn sum;\n',
    {old: 'let sum = 2;\nreturn sum;', new: 'x'},
    'no-match: old does not stand in a.ts. The nearest is lines 1–2 (- old, + the file):\n- let sum = 2;\n+ let sum = 1;\n  return sum; Give old exactly as the file has it.',
    'let sum = 1;\nreturn sum;\n',
  ],
  ['a binary file', 'a\0b', {old: 'a', new: 'x'}, 'binary: a.ts is not a text file. Change it with the shell.', 'a\0b'],
  [
    'not UTF-8',
    Buffer.from('a\ncaf\xe9\n', 'latin1'),
    {old: 'a', new: 'x'},
    'not-utf-8: a.ts is not UTF-8 text (first in line 2). Change it with the shell.',
    'a\ncaf\xe9\n',
  ],
  ['a missing field', 'a\n', {old: 'a'}, 'bad-arguments: new: Invalid input: expected string, received undefined', 'a\n'],
  ['a wrong field', 'a\n', {old: 'a', new: 'b', all: 'yes'}, 'bad-arguments: all: Invalid input: expected boolean, received string', 'a\n'],
];

test.each(cases)('edit: %s', async (_what, content, input, expected, bytes) => {
  expect(await edited(content, input)).toEqual({said: expected, bytes});
});

test('a file that was not read is refused', async () => {
  const {call, text} = await testWorld({'a.ts': 'a\n'});
  expect(said(await call(edit, {path: 'a.ts', old: 'a', new: 'b'}))).toBe(
    'not-read: a.ts exists and has not been read in this session; nothing was written. Read it first.',
  );
  expect(await text('a.ts')).toBe('a\n');
});

test('a file that changed since it was read is refused, and taken after it was read again', async () => {
  const {call, text, root} = await testWorld({'a.ts': 'a\n'});
  await call(read, {path: 'a.ts'});
  await writeFile(join(root, 'a.ts'), 'a\nmore\n');
  expect(said(await call(edit, {path: 'a.ts', old: 'a', new: 'b'}))).toBe(
    'changed: a.ts has changed since it was last read; nothing was written. Read it again, then decide.',
  );
  await call(read, {path: 'a.ts'});
  const {touched} = await call(edit, {path: 'a.ts', old: 'a', new: 'b'});
  expect(touched).toEqual([{path: 'a.ts', access: 'written', sha256: expect.any(String)}]);
  expect(said(await call(edit, {path: 'a.ts', old: 'b', new: 'c'}))).toBe('a.ts line 1 replaced (+1 −1)\n');
  expect(await text('a.ts')).toBe('c\nmore\n');
});

test('the mode is kept, missing files and outside paths are refused', async () => {
  const {call, root} = await testWorld({'run.sh': 'a\n'});
  await chmod(join(root, 'run.sh'), 0o755);
  await call(read, {path: 'run.sh'});
  await call(edit, {path: 'run.sh', old: 'a', new: 'b'});
  expect((await stat(join(root, 'run.sh'))).mode & 0o777).toBe(0o755);
  expect(said(await call(edit, {path: 'run.s', old: 'a', new: 'b'}))).toBe('not-found: run.s does not exist. Did you mean run.sh?');
  expect(said(await call(edit, {path: '../x', old: 'a', new: 'b'}))).toMatch(/^outside: \.\.\/x is outside the working tree/);
});
