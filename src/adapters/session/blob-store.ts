import {createHash} from 'node:crypto';
import {countNewlines} from '../../core/truncation/newlines.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import {BlobDamaged} from '../../ports/blobs.ts';
import type {Blobs} from '../../ports/blobs.ts';
import {openBlob} from './blob-file.ts';
import type {BlobFile} from './blob-file.ts';
import {blobFolder, refused} from './blob-folder.ts';
import type {BlobFolder} from './blob-folder.ts';
import {frameBytes} from './blob-format.ts';
import {writeSmall} from './blob-frames.ts';
import {verifyBlob} from './blob-verify.ts';
import {blobWriter} from './blob-writer.ts';

/** Blobs as files: `<folder>/<aa>/<sha256>.zst`, which plain `zstd -d` decompresses. Makes the folder when the first blob is written. */
export function blobStore(folder: string): Blobs {
  const files = blobFolder(folder);
  return {
    put: (bytes, {durable} = {durable: false}) => put(files, bytes, durable),
    create: ({hashed} = {hashed: true}) => blobWriter(files, hashed),
    read: (ref, range) => read(files, ref, range),
    get: ref => get(files, ref),
    lineStart: (ref, line) => lineStart(files, ref, line),
    async size(ref) {
      const file = await openBlob(files.path(ref), ref);
      await file?.close();
      return file && {bytes: file.index.bytes, lines: file.index.lines, stored: file.index.stored};
    },
    list: () => files.list(),
    where: ref => files.path(ref),
    remove: ref => files.remove(ref),
    discard: async (ref, before) => files.discard(ref, before),
    putBack: async () => files.putBack(),
    verify: ref => verifyBlob(files.path(ref), ref),
  };
}

async function put(files: BlobFolder, bytes: Uint8Array, durable: boolean): Promise<BlobRef> {
  const ref = createHash('sha256').update(bytes).digest('hex') as BlobRef;
  try {
    if (files.has(ref)) {
      if (durable) await files.sync(ref);
    } else if (bytes.length > frameBytes) {
      await putLarge(files, bytes, ref, durable);
    } else {
      await putSmall(files, bytes, ref, durable);
    }
    return ref;
  } catch (error) {
    throw refused(files, error);
  }
}

async function putLarge(files: BlobFolder, bytes: Uint8Array, ref: BlobRef, durable: boolean): Promise<void> {
  const writer = blobWriter(files, false);
  try {
    await writer.write(bytes);
    await writer.finish({durable, sha256: ref});
  } finally {
    await writer.abandon();
  }
}

async function putSmall(files: BlobFolder, bytes: Uint8Array, ref: BlobRef, durable: boolean): Promise<void> {
  const lines = countNewlines(bytes) + (bytes.length > 0 && bytes[bytes.length - 1] !== 0x0a ? 1 : 0);
  const file = files.temporary();
  try {
    writeSmall(file.fd, {ref, bytes: bytes.length, lines}, bytes);
  } catch (error) {
    files.drop(file);
    throw error;
  }
  await files.settle(file, ref, durable);
}

async function* read(files: BlobFolder, ref: BlobRef, range?: {start: number; end: number}): AsyncGenerator<Uint8Array> {
  const file = await openedFile(files, ref);
  try {
    const {start, end} = range ?? {start: 0, end: file.index.bytes};
    const hash = range ? null : createHash('sha256');
    for (const frame of file.index.frames) {
      if (frame.start >= end || frame.start + frame.bytes <= start) continue;
      const content = await file.frame(frame);
      hash?.update(content);
      yield content.subarray(Math.max(0, start - frame.start), Math.min(frame.bytes, end - frame.start));
    }
    if (hash && hash.digest('hex') !== ref) throw new BlobDamaged(ref, `blob ${ref} is damaged: its content has another sha256`);
  } finally {
    await file.close();
  }
}

async function get(files: BlobFolder, ref: BlobRef): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of read(files, ref)) pieces.push(piece);
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

async function openedFile(files: BlobFolder, ref: BlobRef): Promise<BlobFile> {
  const file = await openBlob(files.path(ref), ref);
  if (file === null) throw new BlobDamaged(ref, `blob ${ref} is missing`);
  return file;
}

async function lineStart(files: BlobFolder, ref: BlobRef, line: number): Promise<number | null> {
  const file = await openedFile(files, ref);
  try {
    if (line < 1 || line > file.index.lines) return null;
    const newline = line - 1;
    const frame = file.index.frames.find(frame => frame.line + frame.newlines >= newline);
    if (newline === 0 || !frame) return 0;
    return frame.start + afterNewline(await file.frame(frame), newline - frame.line);
  } finally {
    await file.close();
  }
}

/** Where the byte after the n-th newline is. */
function afterNewline(content: Buffer, n: number): number {
  let at = 0;
  for (let seen = 0; seen < n; seen++) at = content.indexOf(0x0a, at) + 1;
  return at;
}
