import {expect, test} from 'vitest';
import {glob} from '../../../src/agent/tools/glob.ts';
import {grep} from '../../../src/agent/tools/grep.ts';
import {listPolicy} from '../../../src/core/truncation/policies.ts';
import {testWorld, type Called} from '../../support/world.ts';

const said = ({ending, out}: Called): string =>
  ending.kind === 'failed' ? `${ending.error.code}: ${ending.error.message} ${ending.error.hint ?? ''}`.trim() : out;
const FILES = {
  'src/a.ts': 'one\nneedle\nthree\nneedle\n',
  'src/b.ts': 'x needle\n',
  'c.md': 'needle\n',
  '.gitignore': 'out/\n',
  'out/d.ts': 'needle\n',
};

test.each<[what: string, input: object, expected: string | RegExp]>([
  ['everywhere', {pattern: 'needle'}, '4 matches in 3 files\nc.md\n1:needle\nsrc/a.ts\n2:needle\n4:needle\nsrc/b.ts\n1:x needle\n'],
  ['in a folder', {pattern: 'needle', path: 'src', glob: 'b*'}, '1 match in 1 file\nsrc/b.ts\n1:x needle\n'],
  ['in a file', {pattern: 'needle', path: 'src/b.ts'}, '1 match in 1 file\nsrc/b.ts\n1:x needle\n'],
  ['with context', {pattern: 'three', context: 1}, '1 match in 1 file\nsrc/a.ts\n2-needle\n3:three\n4-needle\n'],
  ['in an ignored folder', {pattern: 'needle', path: 'out'}, '1 match in 1 file\nout/d.ts\n1:needle\n'],
  ['nothing', {pattern: 'zzz', path: 'src'}, 'no matches for zzz in src\n'],
  ['a bad pattern', {pattern: '('}, /^bad-pattern: regex parse error:.*unclosed group/s],
  ['outside', {pattern: 'x', path: '..'}, /^outside: /],
  ['nowhere', {pattern: 'x', path: 'scr'}, 'not-found: scr does not exist. Did you mean src?'],
  ['a wrong context', {pattern: 'x', context: -1}, /^bad-arguments: context: /],
  ['an empty pattern', {pattern: ''}, /^bad-arguments: pattern: /],
])('grep %s', async (_what, input, expected) => {
  const {call} = await testWorld(FILES);
  const answer = said(await call(grep, input));
  if (typeof expected === 'string') expect(answer).toBe(expected);
  else expect(answer).toMatch(expected);
});

test('separate context groups are told apart', async () => {
  const {call} = await testWorld({a: 'x\n1\n2\n3\n4\nx\n'});
  expect(said(await call(grep, {pattern: 'x', context: 1}))).toBe('2 matches in 1 file\na\n1:x\n2-1\n--\n5-4\n6:x\n');
});

test('many matches: every file is named, the rest is counted, and it fits', async () => {
  const files = Object.fromEntries(
    Array.from({length: 60}, (_, index) => [`f${index}.txt`, 'a needle in a line of some words\n'.repeat(50)]),
  );
  const {call} = await testWorld(files);
  const {out} = await call(grep, {pattern: 'needle'});
  expect(Math.ceil(Buffer.byteLength(out) / 4)).toBeLessThanOrEqual(listPolicy.tokens);
  expect(out).toMatch(/^3000 matches in 60 files\n/);
  expect(out.match(/^f\d+\.txt$/gm)).toHaveLength(60);
  const counted = [...out.matchAll(/^\[(\d+) more in this file\]$/gm)].reduce((sum, found) => sum + Number(found[1]), 0);
  expect(counted + (out.match(/^\d+:/gm)?.length ?? 0)).toBe(3000);
});

test('too many files for one page say so', async () => {
  const files = Object.fromEntries(Array.from({length: 800}, (_, index) => [`folder/file-${index}.txt`, 'needle\n']));
  const {call} = await testWorld(files);
  const {out} = await call(grep, {pattern: 'needle'});
  expect(Math.ceil(Buffer.byteLength(out) / 4)).toBeLessThanOrEqual(listPolicy.tokens);
  expect(out).toMatch(/^800 matches in 800 files\n.*\[more of the 800 files left out: narrow the search with path or glob\]\n$/s);
});

test('a search with endless matches is ended', async () => {
  const {call} = await testWorld({a: 'needle\n'.repeat(60_000)});
  expect((await call(grep, {pattern: 'needle'})).out).toMatch(/^at least 50000 matches in 1 file \(the search was ended: narrow it\)\n/);
});

test('a long line is shown around its match', async () => {
  const {call} = await testWorld({'min.js': `${'🌳'.repeat(5_000)}needle${'b'.repeat(5_000)}\n`});
  expect((await call(grep, {pattern: 'needle'})).out).toMatch(/^1 match in 1 file\nmin\.js\n1:…(🌳)+needleb+…\n$/u);
});

test('in a subfolder, names are relative to it', async () => {
  const {call} = await testWorld(FILES, {cwd: 'src'});
  expect(said(await call(grep, {pattern: 'x'}))).toBe('1 match in 1 file\nb.ts\n1:x needle\n');
  expect(said(await call(grep, {pattern: 'needle', path: '../c.md'}))).toBe('1 match in 1 file\n../c.md\n1:needle\n');
  expect(said(await call(glob, {pattern: '*.ts'}))).toBe('2 files\na.ts\nb.ts\n');
});

test.each<[what: string, input: object, expected: string | RegExp]>([
  ['by extension', {pattern: '**/*.ts'}, '2 files\nsrc/a.ts\nsrc/b.ts\n'],
  ['in a folder', {pattern: 'a*', path: 'src'}, '1 file\nsrc/a.ts\n'],
  ['in an ignored folder', {pattern: '*', path: 'out'}, '1 file\nout/d.ts\n'],
  ['nothing', {pattern: '*.py'}, 'no files match *.py in .\n'],
  ['in a file', {pattern: '*', path: 'c.md'}, 'not-a-folder: c.md is a file, not a folder. Give its folder as path.'],
  ['outside', {pattern: '*', path: '/etc'}, /^outside: /],
  ['a pattern that climbs', {pattern: '../**'}, 'no files match ../** in .\n'],
])('glob %s', async (_what, input, expected) => {
  const {call} = await testWorld(FILES);
  const answer = said(await call(glob, input));
  if (typeof expected === 'string') expect(answer).toBe(expected);
  else expect(answer).toMatch(expected);
});

test('glob is bounded, with the total', async () => {
  const {call} = await testWorld(Object.fromEntries(Array.from({length: 1_000}, (_, index) => [`folder/file-${index}.txt`, ''])));
  const {out} = await call(glob, {pattern: '*.txt'});
  expect(Math.ceil(Buffer.byteLength(out) / 4)).toBeLessThanOrEqual(listPolicy.tokens);
  expect(out).toMatch(/^1000 files\nfolder\/file-0\.txt\n.*\n\[\d+ more: narrow the pattern or the path\]\n$/s);
});

test('an interrupt ends both', async () => {
  const {call} = await testWorld(FILES);
  for (const tool of [grep, glob])
    expect((await call(tool, {pattern: 'x'}, AbortSignal.abort())).ending).toMatchObject({kind: 'failed', error: {code: 'interrupted'}});
});

test('grep leaves out what the rules keep from it, by the path as it is shown, and says how many files', async () => {
  const {call, world} = await testWorld(FILES);
  world.withheld = shown => shown === 'src/a.ts';
  expect((await call(grep, {pattern: 'needle'})).out).toBe(
    "2 matches in 2 files\nc.md\n1:needle\nsrc/b.ts\n1:x needle\n[1 more file matches, left out by the user's deny rules]\n",
  );
  for (const input of [{path: 'src', glob: 'a*'}, {path: 'src/a.ts'}, {glob: 'a.ts', context: 3}])
    expect((await call(grep, {pattern: 'needle', ...input})).out).toMatch(/^no matches for needle in .*\n\[1 more file matches/);
});
