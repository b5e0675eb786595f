import {chmod, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {read} from '../../../src/agent/tools/read.ts';
import {write} from '../../../src/agent/tools/write.ts';
import {testWorld, type Called} from '../../support/world.ts';

const said = ({ending, out}: Called): string =>
  ending.kind === 'failed' ? `${ending.error.code}: ${ending.error.message} ${ending.error.hint ?? ''}`.trim() : out;

test.each([
  ['a.txt', 'one\ntwo\n', 'a.txt created: 2 lines, 8 bytes\n'],
  ['new/deep/a.txt', 'é', 'new/deep/a.txt created: 1 line, 2 bytes\n'],
  ['empty', '', 'empty created: 0 lines, 0 bytes\n'],
])('write creates %s', async (path, content, expected) => {
  const {call, text} = await testWorld();
  const called = await call(write, {path, content});
  expect([said(called), await text(path), called.touched]).toEqual([
    expected,
    content,
    [{path, access: 'written', sha256: expect.any(String)}],
  ]);
});

test.each<[what: string, before: string | Uint8Array, content: string, said: string, after: string]>([
  ['text', 'a\nb\n', 'a\nc\nd\n', 'a.txt replaced: 3 lines, 6 bytes (+2 −1)\n', 'a\nc\nd\n'],
  ['CRLF', 'a\r\nb\r\n', 'a\nc\n', 'a.txt replaced: 2 lines, 6 bytes (+1 −1, CRLF kept)\n', 'a\r\nc\r\n'],
  ['a byte order mark', '\ufeffa\n', 'b\n', 'a.txt replaced: 1 line, 5 bytes (+1 −1, byte order mark kept)\n', '\xef\xbb\xbfb\n'],
  [
    'UTF-16',
    Buffer.from('\ufeffa', 'utf16le'),
    'b',
    'a.txt replaced: 1 line, 4 bytes (+1 −1, byte order mark kept, UTF-16LE kept)\n',
    '\xff\xfeb\0',
  ],
  ['a binary file', 'a\0', 'b\n', 'a.txt replaced: 1 line, 2 bytes (was binary)\n', 'b\n'],
  ['the same', 'a\n', 'a\n', 'no-change: a.txt already has exactly this content; nothing was written. Go on with the next step.', 'a\n'],
])('write replaces %s that was read', async (_what, before, content, expected, after) => {
  const {call, root} = await testWorld({'a.txt': before});
  await chmod(join(root, 'a.txt'), 0o640);
  await call(read, {path: 'a.txt'});
  expect(said(await call(write, {path: 'a.txt', content}))).toBe(expected);
  expect(await readFile(join(root, 'a.txt'), 'latin1')).toBe(after);
  expect((await stat(join(root, 'a.txt'))).mode & 0o777).toBe(0o640);
});

test('write refuses what this session has not seen, or what changed since', async () => {
  const {call, root, text} = await testWorld({'a.txt': 'a\n'});
  expect(said(await call(write, {path: 'a.txt', content: 'b'}))).toMatch(/^not-read: .*Read it first\.$/);
  await call(read, {path: 'a.txt'});
  await writeFile(join(root, 'a.txt'), 'mine\n');
  expect(said(await call(write, {path: 'a.txt', content: 'b'}))).toMatch(/^changed: .*Read it again, then decide\.$/);
  expect(await text('a.txt')).toBe('mine\n');
});

test('write goes on from what it wrote itself', async () => {
  const {call, text} = await testWorld();
  await call(write, {path: 'a.txt', content: 'a\n'});
  expect(said(await call(write, {path: './a.txt', content: 'b\n'}))).toBe('a.txt replaced: 1 line, 2 bytes (+1 −1)\n');
  expect(await text('a.txt')).toBe('b\n');
});

test.each([
  [{path: '../x', content: ''}, /^outside: /],
  [{path: '.git/config', content: ''}, /^git-folder: /],
  [{path: 'dir', content: ''}, /^is-folder: /],
  [{path: 'new/', content: ''}, /^is-folder: /],
  [{path: 'x'.repeat(300), content: ''}, /^name-too-long: /],
  [{path: 'a\0b', content: ''}, /^bad-path: /],
  [{path: 'a.txt/b', content: ''}, /^not-a-folder: /],
  [{path: '', content: ''}, /^bad-arguments: path: /],
  [{path: 'a', text: ''}, /^bad-arguments: content: .*Unrecognized key: "text"/],
])('write refuses %j', async (input, expected) => {
  const {call} = await testWorld({'dir/x': '', 'a.txt': ''});
  expect(said(await call(write, input))).toMatch(expected);
});
