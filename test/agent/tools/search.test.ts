import {expect, test} from 'vitest';
import {glob} from '../../../src/agent/tools/glob.ts';
import {grep} from '../../../src/agent/tools/grep.ts';
import type {Found} from '../../../src/agent/tools/grep-found.ts';
import {foundText} from '../../../src/agent/tools/grep-layout.ts';
import {grepPolicy, listPolicy} from '../../../src/core/truncation/policies.ts';
import {view} from '../../../src/core/truncation/view.ts';
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

/** What the model is shown of what the tool printed. */
const seen = ({out}: Called): string => Buffer.from(view(Buffer.from(out), grepPolicy, '1.1').text).toString();

/** The overview: by file, how many matches are shown, how many there are, and their lines. */
function overviewOf(text: string) {
  const [top = ''] = text.split('\nAll matches\n');
  return [...top.matchAll(/^(\S+) \((?:(\d+) of )?(\d+)\)\n((?:(?:\d+[:-].*|--)\n)*)/gm)].map(([, name, shown, all, lines]) => ({
    name,
    shown: Number(shown ?? all),
    all: Number(all),
    lines: lines?.split('\n').slice(0, -1) ?? [],
  }));
}

test('many matches: a count and the first matches of every file in turn, then all of them, each byte of which is printed', async () => {
  const counts = Array.from({length: 60}, (_, index) => 20 + ((index * 37) % 61));
  const files = Object.fromEntries(
    counts.map((count, index) => [`f${10 + index}.txt`, 'a needle in a line of some words\n'.repeat(count)]),
  );
  const {call} = await testWorld(files);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const called = await call(grep, {pattern: 'needle'});
  const shown = seen(called);
  expect(shown).toMatch(new RegExp(`^${total} matches in 60 files: first a count and the first matches of each file, then all of them\n`));
  const listed = overviewOf(shown);
  expect(listed.map(({all}) => all)).toEqual(counts);
  expect(listed.map(({name}) => name)).toEqual(Object.keys(files));
  for (const {shown: count, lines} of listed) expect(lines).toHaveLength(count);
  const rounds = listed.map(({shown: count}) => count);
  expect(Math.min(...rounds)).toBeGreaterThanOrEqual(2);
  expect(Math.max(...rounds) - Math.min(...rounds)).toBeLessThanOrEqual(1);
  expect(listed[3]?.lines.slice(0, 2)).toEqual(['1:a needle in a line of some words', '2:a needle in a line of some words']);
  expect(shown).toContain('read_output {"output":"1.1","from":');
  expect(shown.trimEnd().split('\n').at(-1)).toBe(`[end of ${total} matches]`);
  const [, whole = ''] = called.out.split('\nAll matches\n');
  expect(whole.match(/^\d+:/gm)).toHaveLength(total);
});

test('too many files: those with the most matches, and what the others come to', async () => {
  const files = Object.fromEntries(
    Array.from({length: 800}, (_, index) => [`folder/file-${index}.txt`, 'needle\n'.repeat(index === 555 ? 30 : 1 + (index % 2))]),
  );
  const {call} = await testWorld(files);
  const called = await call(grep, {pattern: 'needle'});
  const shown = seen(called);
  expect(shown).toMatch(/^1228 matches in 800 files: /);
  const listed = overviewOf(shown);
  expect(listed[0]).toMatchObject({name: 'folder/file-555.txt', all: 30});
  expect(listed[0]?.shown).toBeGreaterThan(0);
  const [, more, matches] = /^\[(\d+) more files with (\d+) matches\]$/m.exec(shown) ?? [];
  expect(listed.length + Number(more)).toBe(800);
  expect(listed.reduce((sum, {all}) => sum + all, Number(matches))).toBe(1228);
  expect(called.out.match(/^folder\/file-\d+\.txt$/gm)).toHaveLength(800);
});

test('a first match that is long leaves room for those of the other files', async () => {
  const {call} = await testWorld({a: `${'x'.repeat(300)}\n`.repeat(90), b: 'x\n'.repeat(900), c: 'x\n'});
  const listed = overviewOf(seen(await call(grep, {pattern: 'x'})));
  expect(listed.map(({name}) => name)).toEqual(['a', 'b', 'c']);
  expect(listed[0]?.shown).toBeGreaterThan(5);
  expect(listed[1]?.shown).toBeGreaterThan(10);
  expect(listed[2]?.shown).toBe(1);
});

test('with context, each match of the overview has its own', async () => {
  const block = 'before\nneedle\nafter\nfar\nfar\n';
  const {call} = await testWorld({a: block.repeat(400), b: block.repeat(3)});
  const [a, b] = overviewOf(seen(await call(grep, {pattern: 'needle', context: 1})));
  expect(b).toMatchObject({shown: 3, all: 3});
  expect(a?.lines.slice(0, 7)).toEqual(['1-before', '2:needle', '3-after', '--', '6-before', '7:needle', '8-after']);
  expect(a?.lines.at(-1)).toMatch(/-after$/);
});

test.each([1, 2, 3, 7, 40, 249, 251, 400, 3_000])('%i files: the overview is shown whole, whatever the matches are', async count => {
  for (const line of ['x', `x${'y'.repeat(239)}`, 'x\u0000\u0001é\u0085\uD83C\uDF33']) {
    const found: Found = {matches: 0, files: new Map(), ended: false};
    for (let file = 0; file < count; file++) {
      const lines = Array.from({length: 1 + ((file * 7_919) % 97)}, (_, index) => ({number: index + 1, text: line, match: true}));
      found.files.set(`some/folder/file-${file}.ts`, {matches: lines.length, lines});
      found.matches += lines.length;
    }
    const out = foundText(found, {name: path => path, budget: grepPolicy.tokens * 4 - 450, context: 0});
    const shown = seen({out} as Called);
    const [top, list] = out.split('\nAll matches\n');
    if (list === undefined) expect(shown.startsWith(`${found.matches} match`)).toBe(true);
    else
      expect(
        shown.startsWith(
          Buffer.from(view(Buffer.from(`${top}\n`), {...grepPolicy, tokens: 1e6}, '1.1').text)
            .toString()
            .split('\n⟨')[0]!,
        ),
      ).toBe(true);
  }
});

test('a search with endless matches is ended', async () => {
  const {call} = await testWorld({a: 'needle\n'.repeat(60_000)});
  const {out} = await call(grep, {pattern: 'needle'});
  expect(out.endsWith('\n[the search was ended after 50000 matches]\n')).toBe(true);
  expect(out.slice(0, 200)).toMatch(
    /^at least 50000 matches in 1 file \(the search was ended: narrow it\): first a count .*\na \(\d+ of 50000\)\n1:needle\n/,
  );
});

test('what is only counted is said, and what the rules keep away is said last', async () => {
  const {call, world} = await testWorld({a: 'x\nneedle\ny\n'.repeat(20_000), b: 'needle\n'});
  world.withheld = shown => shown === 'b';
  const called = await call(grep, {pattern: 'needle', context: 1});
  expect(called.out).toMatch(
    /\[3333 more in this file, only counted: narrow the search\]\n\[end of 20000 matches\]\n\[1 more file matches/,
  );
  expect(seen(called).trimEnd().split('\n').at(-1)).toBe("[1 more file matches, left out by the user's deny rules]");
});

test('a long line is shown around its match', async () => {
  const {call} = await testWorld({'min.js': `${'🌳'.repeat(5_000)}needle${'b'.repeat(5_000)}\n`});
  expect((await call(grep, {pattern: 'needle'})).out).toMatch(/^1 match in 1 file\nmin\.js\n1:…(🌳)+needleb+… \[column: 20001\]\n$/u);
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
