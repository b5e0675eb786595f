import {execFile} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, expect, test} from 'vitest';
import {threadedLineReaders} from '../../../src/adapters/threads/line-readers.ts';
import {createMiddleReader} from '../../../src/core/truncation/salience/middle-reader.ts';
import {unpackMiddle} from '../../../src/core/truncation/salience/packed-middle.ts';
import type {LineReader} from '../../../src/ports/line-reader.ts';

const keep = 2_000;
const folder = mkdtempSync(join(tmpdir(), 'line-readers-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** Lines of many kinds and lengths, some longer than a batch. */
function text(bytes: number, seed = 1): Buffer {
  const lines: string[] = [];
  for (let size = 0, at = seed; size < bytes; at += seed) {
    const word = ['error: it failed', 'warning: be careful', 'all is well', '-- expected', 'at file.ts:3:1'][at % 5]!;
    const line = `${at % 3} ${word} ${(at * 7_919).toString(36)} ${'.'.repeat(at % 9_973 === 0 ? 700_000 : at % 90)}\n`;
    lines.push(line);
    size += line.length;
  }
  return Buffer.from(lines.join('')).subarray(0, bytes);
}

function readHere(bytes: Buffer) {
  const reader = createMiddleReader(keep);
  reader.push(bytes);
  return reader.finish();
}

async function feed(reader: LineReader, bytes: Buffer, chunk: number): Promise<void> {
  for (let at = 0; at < bytes.length; at += chunk) {
    // Once it has been taken it may change.
    const piece = Buffer.from(bytes.subarray(at, at + chunk));
    await reader.push(piece);
    piece.fill(0);
  }
}

async function finished(reader: LineReader) {
  const packed = await reader.finish();
  return packed === null ? null : unpackMiddle(packed);
}

const batch = 512 * 1_024;

test.each([
  [0, 1],
  [100, 7],
  [batch - 1, 65_536],
  [batch, batch],
  [batch + 1, 65_537],
  [3 * batch, 4_099],
  [5 * batch + 17, 65_536],
  [12_000_000, 12_000_000],
  [12_000_000, 1_000_003],
])('%i bytes in chunks of %i come to the same as here', async (size, chunk) => {
  const readers = threadedLineReaders();
  const reader = readers.open(keep)!;
  const bytes = text(size);
  await feed(reader, bytes, chunk);
  expect(await finished(reader)).toEqual(readHere(bytes));
  await readers.rest();
});

test('pushes that do not wait for one another are read in their order', async () => {
  const readers = threadedLineReaders();
  const reader = readers.open(keep)!;
  const bytes = text(9_000_000);
  for (let at = 0; at < bytes.length; at += 100_003) void reader.push(bytes.subarray(at, at + 100_003));
  expect(await finished(reader)).toEqual(readHere(bytes));
  await readers.rest();
});

test('streams at the same time are kept apart, and an abandoned one holds up nobody', async () => {
  const readers = threadedLineReaders();
  const streams = [1, 2, 3, 4, 5].map(seed => ({bytes: text(3_000_000, seed), reader: readers.open(keep)!}));
  const left = readers.open(keep)!;
  const leaving = feed(left, text(4_000_000, 7), 65_536);
  left.abandon();
  await Promise.all([leaving, ...streams.map(({bytes, reader}, at) => feed(reader, bytes, 10_007 * (at + 1)))]);
  const found = await Promise.all(streams.map(({reader}) => finished(reader)));
  expect(found).toEqual(streams.map(({bytes}) => readHere(bytes)));
  await readers.rest();
});

test('after a rest the next stream is read like the first', async () => {
  const readers = threadedLineReaders();
  for (const seed of [1, 2]) {
    const reader = readers.open(keep)!;
    await feed(reader, text(100_000, seed), 65_536);
    await readers.rest();
    expect(await finished(reader)).toEqual(readHere(text(100_000, seed)));
    await readers.rest();
    await readers.rest();
  }
});

/** Threads that are not what they should be. */
const programs = {
  'dies at the third message': `let heard = 0; require('node:worker_threads').parentPort.on('message', () => { if (++heard === 3) process.exit(1); });`,
  'throws at the first': `require('node:worker_threads').parentPort.on('message', () => { throw new Error('no'); });`,
  'runs out of memory': `require('node:worker_threads').parentPort.on('message', () => { const all = []; for (;;) all.push(new Array(1e5).fill(1)); });`,
  'ends at once': '',
  'is not a program': 'this is not JavaScript',
};

test.each([...Object.keys(programs), 'is not there'])(
  'of a stream whose thread %s nothing is known, nobody waits, and no other is started',
  async what => {
    const file = join(folder, `${what.replaceAll(' ', '-')}.cjs`);
    if (what in programs) writeFileSync(file, programs[what as keyof typeof programs]);
    const readers = threadedLineReaders({program: pathToFileURL(file)});
    const [reader, other] = [readers.open(keep)!, readers.open(keep)!];
    await Promise.all([feed(reader, text(6_000_000), 65_536), other.push(Buffer.from('a\n'))]);
    expect(await Promise.all([reader.finish(), other.finish()])).toEqual([null, null]);
    expect(readers.open(keep)).toBeNull();
    await readers.rest();
  },
);

test.each([
  ['finish', /^pushed\n\d+\n$/],
  ['leave', /^pushed\n$/],
])('a process waits for its thread only while somebody does (%s)', async (what, said) => {
  const program = join(import.meta.dirname, '../../support/lines-and-exit.ts');
  const {stdout} = await promisify(execFile)(process.execPath, [program, what], {timeout: 30_000});
  expect(stdout).toMatch(said);
});
