import {execFileSync} from 'node:child_process';
import {mkdir, rm, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {ripgrepSearch} from '../../../src/adapters/files/ripgrep.ts';
import type {Failure} from '../../../src/core/vocabulary/block.ts';
import type {GrepHit, GrepQuery} from '../../../src/ports/search.ts';
import {putFiles, temporaryFolder} from '../../support/world.ts';

const search = ripgrepSearch();
const never = new AbortController().signal;

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const short = (hit: GrepHit | {failure: Failure}): string =>
  'failure' in hit ? hit.failure.code : `${hit.path}:${hit.line}${hit.kind === 'match' ? ':' : '-'}${hit.text}@${hit.at}`;

async function grep(root: string, query: Partial<GrepQuery>): Promise<string[]> {
  const whole = {pattern: '', path: root, globs: [], literal: false, ignore_case: false, context: 0, ...query};
  return (await all(search.grep(whole, never))).map(short);
}

async function tree(git: boolean): Promise<string> {
  const root = await temporaryFolder();
  await putFiles(root, {
    '.gitignore': 'ignored/\n*.log\n',
    'b.ts': 'one\nneedle two\nthree\n',
    'a/deep.ts': 'needle\n',
    'a/text.md': 'Needle\n',
    '.hidden/x.ts': 'needle\n',
    'ignored/y.ts': 'needle\n',
    'out.log': 'needle\n',
  });
  await symlink('/etc', join(root, 'etc'));
  await symlink('b.ts', join(root, 'link.ts'));
  if (git) execFileSync('git', ['init', '-q'], {cwd: root});
  else await putFiles(root, {'.git/needle.ts': 'needle\n'});
  return root;
}

test.each([true, false])('grep finds in order, without ignored files, .git and links (repository: %s)', async git => {
  const root = await tree(git);
  expect(await grep(root, {pattern: 'needle'})).toEqual(['.hidden/x.ts:1:needle@0', 'a/deep.ts:1:needle@0', 'b.ts:2:needle two@0']);
});

test.each<[what: string, query: Partial<GrepQuery>, expected: string[]]>([
  ['ignoring case', {pattern: 'NEEDLE', ignore_case: true, globs: ['*.md']}, ['a/text.md:1:Needle@0']],
  ['by name', {pattern: 'needle', globs: ['b.*']}, ['b.ts:2:needle two@0']],
  ['by path', {pattern: 'needle', globs: ['a/**']}, ['a/deep.ts:1:needle@0']],
  ['by folder', {pattern: 'needle', globs: ['a/']}, ['a/deep.ts:1:needle@0']],
  ['leaving out', {pattern: 'needle', globs: ['!a/**', '!.hidden/**']}, ['b.ts:2:needle two@0']],
  ['by braces', {pattern: 'eedle', globs: ['a/*.{md,txt}']}, ['a/text.md:1:Needle@1']],
  ['a glob that matches ignored files brings none back', {pattern: 'needle', globs: ['*.log']}, []],
  ['with context', {pattern: 'two', context: 1}, ['b.ts:1-one@0', 'b.ts:2:needle two@7', 'b.ts:3-three@0']],
  ['literally', {pattern: 'n.*', literal: true}, []],
  ['nothing', {pattern: 'xyzzy'}, []],
  ['a pattern that looks like an option', {pattern: '--files', literal: true}, []],
  ['across lines', {pattern: 'two\\nthree'}, ['b.ts:2:needle two@7', 'b.ts:3:three@0']],
  ['a bad pattern', {pattern: '(oops'}, ['bad-pattern']],
])('grep %s', async (_what, query, expected) => {
  expect(await grep(await tree(true), query)).toEqual(expected);
});

test('a bad pattern comes with the words of ripgrep', async () => {
  const [hit] = await all(
    search.grep({pattern: 'a(b', path: await tree(true), globs: [], literal: false, ignore_case: false, context: 0}, never),
  );
  expect(hit).toMatchObject({failure: {message: expect.stringContaining('unclosed group')}});
});

test('grep on one file, on one that is ignored, and on one with a dash', async () => {
  const root = await tree(true);
  await putFiles(root, {'-e': 'needle\n'});
  expect(await grep(join(root, 'b.ts'), {pattern: 'needle'})).toEqual([':2:needle two@0']);
  expect(await grep(join(root, 'out.log'), {pattern: 'needle'})).toEqual([':1:needle@0']);
  expect(await grep(join(root, '-e'), {pattern: 'needle'})).toEqual([':1:needle@0']);
});

test('text that is not UTF-8, and positions in code units', async () => {
  const root = await temporaryFolder();
  await writeFile(join(root, 'a'), Buffer.concat([Buffer.from('🌳é x\n'), Buffer.from([0xe9, 0x20, 0x78, 0x0a])]));
  expect(await grep(root, {pattern: 'x'})).toEqual(['a:1:🌳é x@4', 'a:2:\ufffd x@2']);
});

test('a matching line of 20 MB has its number and the part around the match, and does not fill the memory', async () => {
  const root = await temporaryFolder();
  const x = 'x'.repeat(60);
  await putFiles(root, {
    'a "quoted" name.js': `\n${'"\\'.repeat(5_000_000)}${x}needle"line_number":7}\nnext needle\n`,
    'end.js': `${'x'.repeat(20_000_000)}needle`,
    'many.js': `é needle ${'needle '.repeat(2_000_000)}\n`,
    'other.bin': Buffer.concat([Buffer.alloc(20_000_000, 0xe9), Buffer.from('needle\nend\n')]),
  });
  const hits = (
    await all(search.grep({pattern: 'needle', path: root, globs: [], literal: false, ignore_case: false, context: 0}, never))
  ).map(hit => ('failure' in hit ? hit : {...hit, text: hit.text.slice(0, 72)}));
  expect(hits).toEqual([
    {path: 'a "quoted" name.js', line: 2, kind: 'match', at: 0, text: `…${x}needle"line`, long: {start: 1, match: 10_000_060}},
    {path: 'a "quoted" name.js', line: 3, kind: 'match', at: 5, text: 'next needle'},
    {path: 'end.js', line: 1, kind: 'match', at: 0, text: `…${x}needle`, long: {start: 0, match: 20_000_000}},
    {path: 'many.js', line: 1, kind: 'match', at: 0, text: expect.stringMatching(/^é needle needle/), long: {start: 0, match: 3}},
    {
      path: 'other.bin',
      line: 1,
      kind: 'match',
      at: 0,
      text: expect.stringMatching(/^…\ufffd+needle$/),
      long: {start: 0, match: 20_000_000},
    },
  ]);
});

test('ending the iteration, or aborting, ends the program', async () => {
  const root = await temporaryFolder();
  await putFiles(root, {'a.txt': 'needle\n'.repeat(500_000)});
  const query = {pattern: 'needle', path: root, globs: [], literal: false, ignore_case: false, context: 0};
  for await (const hit of search.grep(query, never)) {
    expect(short(hit)).toBe('a.txt:1:needle@0');
    break;
  }
  const stopper = new AbortController();
  let hits = 0;
  for await (const _hit of search.grep(query, stopper.signal)) if (++hits === 10) stopper.abort();
  expect(hits).toBe(10);
  const aborted = await all(search.grep(query, AbortSignal.abort()));
  expect(aborted).toEqual([]);
});

test('lines of a stream, of any chunking', async () => {
  const bytes = Buffer.from('one\r\ntwo x\nthrée x\nlast x');
  for (let size = 1; size < bytes.length; size += 5) {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const hits = await all(search.lines(chunks(), {pattern: 'x', literal: false, ignore_case: false}, never));
    expect(hits.map(short)).toEqual([':2:two x@4', ':3:thrée x@6', ':4:last x@5']);
  }
});

test.each<[pattern: string, options: {literal?: boolean; ignore_case?: boolean}, numbers: (number | string)[]]>([
  ['x', {}, [2, 4, 7]],
  ['^$', {}, [3]],
  ['x*', {}, [1, 2, 3, 4, 5, 6, 7]],
  ['two$', {}, [5]],
  ['TWO', {ignore_case: true}, [5]],
  ['.', {literal: true}, [6]],
  ['(?-u)\\xff', {}, [4]],
  ['--files', {}, []],
  ['x\\nb', {}, ['bad-pattern']],
  ['(', {}, ['bad-pattern']],
])('the numbers of the lines that match %s %j, each once, in any chunking', async (pattern, options, numbers) => {
  const bytes = Buffer.concat([Buffer.from('\ufeffone\nx and x\r\n\n\0x'), Buffer.from([0xff]), Buffer.from('\ntwo\r\n.\nlast x')]);
  for (let size = 1; size < bytes.length; size += 7) {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const found = await all(search.matching(chunks(), {pattern, literal: false, ignore_case: false, ...options}, never));
    expect(found.map(number => (typeof number === 'number' ? number : number.failure.code))).toEqual(numbers);
  }
});

test('what begins like UTF-16 is searched as the bytes that it is', async () => {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x0a, 0x00, 0x62, 0x0a, 0x62]);
  }
  expect(await all(search.matching(chunks(), {pattern: 'b', literal: false, ignore_case: false}, never))).toEqual([2, 3]);
});

test('a matching line of 20 MB has its number', async () => {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('first\n');
    for (let piece = 0; piece < 20; piece++) yield Buffer.alloc(1_000_000, 'x');
    yield Buffer.from('needle\nlast\n');
  }
  expect(await all(search.matching(chunks(), {pattern: 'needle|last', literal: false, ignore_case: false}, never))).toEqual([2, 3]);
});

test('a bad pattern ends a search of an endless stream, and so does the reader', async () => {
  let closed = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.alloc(65_536, 'x\n');
    } finally {
      closed++;
    }
  }
  const bad = await all(search.lines(endless(), {pattern: '(', literal: false, ignore_case: false}, never));
  expect(bad.map(short)).toEqual(['bad-pattern']);
  for await (const hit of search.lines(endless(), {pattern: 'x', literal: false, ignore_case: false}, never)) {
    expect(short(hit)).toBe(':1:x@0');
    break;
  }
  expect(closed).toBe(2);
});

test('what goes wrong in the stream reaches the reader', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a\n');
    throw new RangeError('damaged');
  }
  await expect(all(search.lines(broken(), {pattern: 'a', literal: false, ignore_case: false}, never))).rejects.toThrow('damaged');
});

test.each([true, false])('glob lists in order (repository: %s)', async git => {
  const root = await tree(git);
  const glob = async (...patterns: string[]): Promise<unknown[]> =>
    (await all(search.glob({patterns, folder: root}, never))).filter(name => name !== 'link.ts' && name !== 'etc');
  expect(await glob('**/*.ts')).toEqual(['.hidden/x.ts', 'a/deep.ts', 'b.ts']);
  expect(await glob('*.ts')).toEqual(['.hidden/x.ts', 'a/deep.ts', 'b.ts']);
  expect(await glob('a/*')).toEqual(['a/deep.ts', 'a/text.md']);
  expect(await glob('./a/**', '!**/*.md')).toEqual(['a/deep.ts']);
  expect(await glob('{a,b}*')).toEqual(['b.ts']);
  expect(await glob('*.log')).toEqual([]);
  expect(await glob('[')).toEqual([]);
});

test('glob in a folder, also an ignored one; deleted files are not listed', async () => {
  const root = await tree(true);
  execFileSync('git', ['add', '.'], {cwd: root});
  await rm(join(root, 'b.ts'));
  const glob = async (folder: string): Promise<unknown[]> =>
    await all(search.glob({patterns: ['*.ts'], folder: join(root, folder)}, never));
  expect(await glob('a')).toEqual(['deep.ts']);
  expect(await glob('ignored')).toEqual(['y.ts']);
  expect(await glob('')).not.toContain('b.ts');
});

test('glob names odd files and those of nested repositories', async () => {
  const root = await tree(true);
  await putFiles(root, {'odd/ü "q"\n.ts': '', 'nested/n.ts': ''});
  execFileSync('git', ['init', '-q'], {cwd: join(root, 'nested')});
  await mkdir(join(root, 'empty'));
  expect(await all(search.glob({patterns: ['odd/*', 'nested/**', 'empty/**'], folder: root}, never))).toEqual([
    'nested/n.ts',
    'odd/ü "q"\n.ts',
  ]);
});
