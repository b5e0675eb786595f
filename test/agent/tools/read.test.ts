import {execFileSync} from 'node:child_process';
import {truncate} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {read} from '../../../src/agent/tools/read.ts';
import {pagePolicy} from '../../../src/core/truncation/policies.ts';
import {testWorld} from '../../support/world.ts';

const numbered = (from: number, to: number): string => Array.from({length: to - from + 1}, (_, index) => `line ${from + index}\n`).join('');

async function shown(content: string | Uint8Array, input: object = {}): Promise<string> {
  const {call} = await testWorld({'a.txt': content});
  const {ending, out} = await call(read, {path: 'a.txt', ...input});
  return ending.kind === 'failed' ? `${ending.error.code}: ${ending.error.message}` : out;
}

const cases: [what: string, content: string | Uint8Array, input: object, expected: string][] = [
  ['a whole file', 'one\ntwo\n', {}, 'a.txt lines 1–2 of 2\n1\tone\n2\ttwo\n'],
  ['one line', 'one\n', {}, 'a.txt line 1 of 1\n1\tone\n'],
  ['no line end at the end', 'one\ntwo', {}, 'a.txt lines 1–2 of 2 (no line end at the end)\n1\tone\n2\ttwo\n'],
  ['an empty file', '', {}, 'a.txt: empty file\n'],
  ['only a line end', '\n', {}, 'a.txt line 1 of 1\n1\t\n'],
  ['CRLF', 'one\r\ntwo\r\n', {}, 'a.txt lines 1–2 of 2 (CRLF)\n1\tone\n2\ttwo\n'],
  ['CRLF without the last', 'one\r\ntwo', {}, 'a.txt lines 1–2 of 2 (CRLF, no line end at the end)\n1\tone\n2\ttwo\n'],
  ['mixed line ends', 'one\r\ntwo\n', {}, 'a.txt lines 1–2 of 2 (mixed line ends)\n1\tone\n2\ttwo\n'],
  ['a byte order mark', '\ufeffone\n', {}, 'a.txt line 1 of 1 (byte order mark)\n1\tone\n'],
  ['UTF-16', Buffer.from('\ufeffé\ntwo\n', 'utf16le'), {}, 'a.txt lines 1–2 of 2 (UTF-16LE)\n1\té\n2\ttwo\n'],
  ['UTF-16 big-endian', Buffer.from('\ufeffé\n', 'utf16le').swap16(), {}, 'a.txt line 1 of 1 (UTF-16BE)\n1\té\n'],
  ['a page', numbered(1, 9), {from: 3, lines: 2}, 'a.txt lines 3–4 of 9\n3\tline 3\n4\tline 4\n[5 more lines: from: 5]\n'],
  ['the last page', numbered(1, 9), {from: 8, lines: 5}, 'a.txt lines 8–9 of 9\n8\tline 8\n9\tline 9\n'],
  ['one more line', numbered(1, 3), {lines: 2}, 'a.txt lines 1–2 of 3\n1\tline 1\n2\tline 2\n[1 more line: from: 3]\n'],
  ['past the end', 'one\n', {from: 3}, 'past-end: a.txt has 1 lines; there is no line 3.'],
  ['a part of a line', 'abcdef\n', {from: 1, column: 3}, 'a.txt line 1 of 1, bytes 3–6 of 6\n1\tcdef\n'],
  ['a part from inside a character', 'aéb\n', {column: 3}, 'a.txt line 1 of 1, bytes 4–4 of 4\n1\tb\n'],
  ['a column past the end', 'abc\n', {column: 9}, 'past-end: Line 1 of a.txt has 3 bytes; there is no byte 9.'],
  ['not UTF-8', Buffer.from('caf\xe9\n', 'latin1'), {}, 'a.txt line 1 of 1\n1\tcaf\ufffd\n'],
  ['a NUL', 'a\0b', {}, 'a.txt: binary file, 3 bytes; not shown as text\n'],
  ['a PDF', '%PDF-1.7\nhello', {}, 'a.txt: PDF document, 14 bytes; not shown as text\n'],
  ['text that begins like a bitmap', 'BMW is a car\n', {}, 'a.txt line 1 of 1\n1\tBMW is a car\n'],
  ['a wrong from', 'a', {from: 0}, 'bad-arguments: from: Too small: expected number to be >=1'],
  ['half a line', 'a', {from: 1.5}, 'bad-arguments: from: must be a whole number'],
  ['an unknown argument', 'a', {offset: 3}, 'bad-arguments: : Unrecognized key: "offset"'],
];

test.each(cases)('read shows %s', async (_what, content, input, expected) => {
  expect(await shown(content, input)).toBe(expected);
});

const png = (width: number, height: number): Buffer => {
  const bytes = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), Buffer.alloc(17)]);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
};
const gif = Buffer.from([...Buffer.from('GIF89a'), 44, 1, 7, 0, 0, 0, 0]);
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0, 20, 1, 0, 1, 1, 17, 0]);
const webp = Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0', 'latin1'), Buffer.from([99, 0, 0, 49, 0, 0])]);

test.each([
  ['png', png(640, 480), 'PNG image, 640 × 480'],
  ['gif', gif, 'GIF image, 300 × 7'],
  ['jpeg', jpeg, 'JPEG image, 256 × 20'],
  ['webp', webp, 'WebP image, 100 × 50'],
])('read names a %s with its size', async (_name, bytes, expected) => {
  expect(await shown(bytes)).toBe(`a.txt: ${expected} pixels, ${bytes.length} bytes; not shown as text\n`);
});

test('pages fit the budget, and following them gives every line once', async () => {
  const content = Array.from({length: 5_000}, (_, index) => `${index} ${'é'.repeat(index % 60)}\n`).join('');
  const {call} = await testWorld({'a.txt': content});
  let rebuilt = '';
  let from: number | null = 1;
  while (from !== null) {
    const {out} = await call(read, {path: 'a.txt', from});
    expect(Math.ceil(Buffer.byteLength(out) / 4)).toBeLessThanOrEqual(pagePolicy.tokens);
    const lines = out.split('\n').slice(1, -1);
    rebuilt += lines
      .filter(line => !line.startsWith('['))
      .map(line => `${line.slice(line.indexOf('\t') + 1)}\n`)
      .join('');
    const next: RegExpExecArray | null = /from: (\d+)\]$/.exec(lines.at(-1) ?? '');
    from = next === null ? null : Number(next[1]);
  }
  expect(rebuilt).toBe(content);
});

test('a very long line is cut in its middle, and its parts give the whole', async () => {
  const long = Array.from({length: 20_000}, (_, index) => `é${index}`).join('');
  const {call} = await testWorld({'a.txt': `first\n${long}\nlast\n`});
  const {out} = await call(read, {path: 'a.txt'});
  expect(out).toMatch(/^1\tfirst\n2\té0é1.*\[… \d+ bytes of this line left out; from: 2, column: 1\d\d\d …\].*é19999\n3\tlast\n$/ms);
  expect(Buffer.byteLength(out)).toBeLessThan(2_500);
  let rebuilt = '';
  for (let column = 1; column > 0;) {
    const part: string = (await call(read, {path: 'a.txt', from: 2, column})).out;
    rebuilt += /\n2\t(.*)\n/.exec(part)?.[1] ?? '';
    column = Number(/column: (\d+)\]/.exec(part)?.[1] ?? 0);
  }
  expect(rebuilt).toBe(long);
});

test('a long line that fits the page alone stays whole', async () => {
  expect(await shown(`${'x'.repeat(9_000)}\n`)).toContain(`1\t${'x'.repeat(9_000)}\n`);
});

test('what was read counts as seen, by the sha256 of the whole file', async () => {
  const {call} = await testWorld({'a.txt': numbered(1, 9)});
  const {touched} = await call(read, {path: './a.txt', lines: 1});
  expect(touched).toEqual([{path: 'a.txt', access: 'read', sha256: expect.stringMatching(/^[0-9a-f]{64}$/)}]);
});

test('a file of 4 GB is paged without reading it all, and does not count as seen', async () => {
  const {call, root} = await testWorld({'big.log': 'one\ntwo\n'.repeat(10_000)});
  await truncate(join(root, 'big.log'), 4 * 1024 ** 3);
  const {out, touched} = await call(read, {path: 'big.log', lines: 2});
  expect(out).toBe(`big.log lines 1–2 of a file of ${4 * 1024 ** 3} bytes\n1\tone\n2\ttwo\n[more lines follow: from: 3]\n`);
  expect(touched).toEqual([]);
});

test('a folder gives its entries', async () => {
  const {call} = await testWorld({'src/b.ts': '', 'src/a.ts': '', 'src/deep/c.ts': ''});
  expect((await call(read, {path: 'src'})).out).toBe('src/ is a folder, 3 entries\na.ts\nb.ts\ndeep/\n');
});

test.each([
  ['src/indx.ts', 'Did you mean src/index.ts?'],
  ['src/Index.ts', 'Did you mean src/index.ts?'],
  ['lib/helper.ts', 'Did you mean src/deep/helper.ts?'],
  ['nowhere.txt', 'Find it with glob.'],
])('a missing %s comes with advice', async (path, hint) => {
  const {call} = await testWorld({'src/index.ts': '', 'src/deep/helper.ts': ''});
  expect((await call(read, {path})).ending).toEqual({
    kind: 'failed',
    error: {code: 'not-found', message: `${path} does not exist.`, retryable: false, hint},
  });
});

test('a pipe is refused and does not hang', async () => {
  const {call, root} = await testWorld();
  execFileSync('mkfifo', [join(root, 'pipe')]);
  expect((await call(read, {path: 'pipe'})).ending).toMatchObject({kind: 'failed', error: {code: 'not-a-file'}});
});

test('in a subfolder, names are relative to it and touches to the root', async () => {
  const {call} = await testWorld({'sub/a.txt': 'a\n', 'b.txt': 'b\n'}, {cwd: 'sub'});
  const {out, touched} = await call(read, {path: '../b.txt'});
  expect([out, touched[0]?.path]).toEqual(['../b.txt line 1 of 1\n1\tb\n', 'b.txt']);
});
