import {createHash, randomBytes} from 'node:crypto';
import {createReadStream, createWriteStream} from 'node:fs';
import {open, rename, rm} from 'node:fs/promises';
import {dirname} from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {ArchiveRefused, type Archives, type Member, type Source} from '../../ports/archive.ts';
import type {Sha256} from '../../core/vocabulary/ids.ts';
import {diskRefused} from './disk-refused.ts';
import {blockBytes, fillOf, headerOf} from './tar-header.ts';
import {compressor} from './zstd-file.ts';

/** Temporary file, fsync, rename, fsync of the folder. */
export const writeArchive: Archives['write'] = async (file, content, wrote) => {
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    const target = createWriteStream(temporary, {fd: handle, flush: true});
    await pipeline(Readable.from(evenly(tarOf(content, wrote)), {objectMode: false, highWaterMark: pieceBytes}), compressor(), target);
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (error) {
    throw diskRefused(file, error);
  } finally {
    await rm(temporary, {force: true});
  }
};

export async function measure({name, file, bytes}: Source): Promise<Member> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of contentOf({file, bytes})) {
    hash.update(chunk);
    length += chunk.length;
  }
  return {name, bytes: length, sha256: hash.digest('hex') as Sha256};
}

type Content = Parameters<Archives['write']>[1];

async function* tarOf({first, rest}: Content, wrote: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  yield* [headerOf(first.name, first.bytes.length), first.bytes, Buffer.alloc(fillOf(first.bytes.length))];
  for (const source of rest) {
    yield headerOf(source.name, source.bytes);
    for await (const chunk of asMeasured(source)) {
      yield chunk;
      wrote(chunk.length);
    }
    yield Buffer.alloc(fillOf(source.bytes));
  }
  yield Buffer.alloc(2 * blockBytes);
}

/** The manifest says what was measured: what another program changed meanwhile must not pass for it. */
async function* asMeasured({name, file, bytes, sha256}: Source & Member): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of contentOf({file, bytes})) {
    hash.update(chunk);
    length += chunk.length;
    yield chunk;
  }
  if (length !== bytes || hash.digest('hex') !== sha256)
    throw new ArchiveRefused('changed', `${name} (${file}) was changed by another program while it was read. Type the same again`);
}

async function* contentOf({file, bytes}: Pick<Source, 'file' | 'bytes'>): AsyncGenerator<Buffer> {
  if (bytes === 0) return;
  yield* createReadStream(file, {highWaterMark: 1 << 18, ...(bytes === null ? {} : {end: bytes - 1})}) as AsyncIterable<Buffer>;
}

/** What the compressor makes of a stream depends on how it is cut: always in pieces of one size. */
async function* evenly(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let piece = Buffer.allocUnsafe(pieceBytes);
  let filled = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    for (let at = 0; at < bytes.length;) {
      const taken = bytes.copy(piece, filled, at);
      at += taken;
      filled += taken;
      if (filled < pieceBytes) continue;
      yield piece;
      piece = Buffer.allocUnsafe(pieceBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

const pieceBytes = 1 << 18;

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
