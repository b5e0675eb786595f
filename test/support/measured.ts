import {createHash} from 'node:crypto';
import {open} from 'node:fs/promises';
import {join} from 'node:path';
import {zstdDecompressSync} from 'node:zlib';

/** What a stream of bytes comes to, counted without the program's own code. A line ends at 0x0A; an unterminated last one counts. */
export type Measured = {bytes: number; lines: number; sha256: string; parts: readonly Part[]};

/** A byte range of it: its bytes, the newlines before it, and the byte right before it, a newline at the very beginning. */
type Part = {content: Buffer; newlinesBefore: number; before: number};

type Range = {start: number; end: number};

/** In constant memory, but for the bytes of the ranges. */
export async function measured(stream: AsyncIterable<Uint8Array>, ranges: readonly Range[] = []): Promise<Measured> {
  const hash = createHash('sha256');
  const parts = ranges.map(() => ({pieces: [] as Buffer[], newlinesBefore: 0, before: newline}));
  let [bytes, newlines, last] = [0, 0, newline];
  for await (const piece of stream) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    hash.update(chunk);
    for (const [at, {start, end}] of ranges.entries()) {
      const from = Math.max(0, start - bytes);
      const part = parts[at]!;
      if (from >= chunk.length || end <= bytes) continue;
      if (start >= bytes) {
        part.newlinesBefore = newlines + newlinesIn(chunk.subarray(0, from));
        part.before = from === 0 ? last : chunk[from - 1]!;
      }
      part.pieces.push(Buffer.from(chunk.subarray(from, end - bytes)));
    }
    bytes += chunk.length;
    newlines += newlinesIn(chunk);
    last = chunk.at(-1) ?? last;
  }
  return {
    bytes,
    lines: newlines + (last === newline ? 0 : 1),
    sha256: hash.digest('hex'),
    parts: parts.map(({pieces, ...part}) => ({...part, content: Buffer.concat(pieces)})),
  };
}

/** The content of a blob, read as docs/blob-format.md describes the file, with the decompressor of Node alone. */
export async function measuredBlob(home: string, ref: string, ranges: readonly Range[] = []): Promise<Measured> {
  return measured(contentOf(join(home, 'blobs', ref.slice(0, 2), `${ref}.zst`)), ranges);
}

/** The same content at once, of the bytes of a blob's file: for what has to be looked through. */
export function blobContent(file: Buffer): Buffer {
  const count = file.readUInt32LE(file.length - 48);
  const index = file.subarray(file.length - 96 - 28 * count);
  const frames: Buffer[] = [];
  for (let [n, start] = [0, 0]; n < count; n++) {
    const end = start + index.readUInt32LE(28 * n);
    frames.push(zstdDecompressSync(file.subarray(start, end)));
    start = end;
  }
  return Buffer.concat(frames);
}

/** Node decompresses the first frame of a file and stops: each is read by itself. */
async function* contentOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    const {size} = await file.stat();
    const at = async (start: number, length: number) => (await file.read(Buffer.alloc(length), 0, length, start)).buffer;
    const count = (await at(size - 48, 4)).readUInt32LE();
    const index = await at(size - 96 - 28 * count, 28 * count);
    for (let [n, start] = [0, 0]; n < count; n++) {
      const stored = index.readUInt32LE(28 * n);
      yield zstdDecompressSync(await at(start, stored));
      start += stored;
    }
  } finally {
    await file.close();
  }
}

function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}

const newline = 0x0a;
