import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {open} from 'node:fs/promises';
import type {FileHandle} from 'node:fs/promises';
import {promisify} from 'node:util';
import {zstdDecompress} from 'node:zlib';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import {BlobDamaged} from '../../ports/blobs.ts';
import {checkOf, decodeIndex, frameBytes, indexBytes, trailerBytes} from './blob-format.ts';
import type {BlobIndex, Frame} from './blob-format.ts';

/** A stored blob, open for reading, its index checked. */
export type BlobFile = {index: BlobIndex; frame: (frame: Frame) => Promise<Buffer>; close: () => Promise<void>};

/** Null where there is none. */
export async function openBlob(path: string, ref: BlobRef): Promise<BlobFile | null> {
  const file = await orDamaged(ref, () => openIfThere(path));
  if (file === null) return null;
  try {
    const index = await orDamaged(ref, () => readIndex(file, ref));
    if (typeof index === 'string') throw new BlobDamaged(ref, `blob ${ref} is damaged: ${index}`);
    return {index, frame: frame => orDamaged(ref, () => readFrame(file, ref, frame)), close: () => file.close()};
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Whether a stored file can stand for the content of this name, for the cost of its index: its size and checksum show a file that was cut
 * short or never reached the disk. A small file is checked frame by frame.
 */
export function isSound(path: string, ref: BlobRef): boolean {
  const fd = openSync(path, 'r');
  try {
    const stored = fstatSync(fd).size;
    const end = readEnd(fd, stored, Math.min(stored, 1 << 16));
    const length = end.length < trailerBytes ? 'short' : indexBytes(end.subarray(end.length - trailerBytes));
    if (typeof length === 'string' || length > stored) return false;
    const index = decodeIndex(length <= end.length ? end.subarray(end.length - length) : readEnd(fd, stored, length), ref, stored);
    if (typeof index === 'string') return false;
    return end.length < stored || index.frames.every(frame => checkOf(end.subarray(frame.at, frame.at + frame.stored)).equals(frame.check));
  } finally {
    closeSync(fd);
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Where something else lies in the place of a blob or its folder, or the disk does not give it, the blob is what cannot be relied on. */
async function orDamaged<Result>(ref: BlobRef, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && unusable.has(String(error.code)))) throw error;
    throw new BlobDamaged(ref, `blob ${ref} cannot be read: ${error.message}`, {cause: error});
  }
}

/** What the system says of a path, not of this process. */
const unusable: ReadonlySet<string> = new Set(['ENOTDIR', 'EISDIR', 'ELOOP', 'EACCES', 'EPERM', 'EIO', 'ENXIO']);

async function readIndex(file: FileHandle, ref: BlobRef): Promise<BlobIndex | string> {
  const {size} = await file.stat();
  if (size < trailerBytes) return `it is only ${size} bytes long`;
  const length = indexBytes(await readAt(file, size - trailerBytes, trailerBytes));
  if (typeof length === 'string') return length;
  if (length > size) return 'its index is longer than the file';
  return decodeIndex(await readAt(file, size - length, length), ref, size);
}

async function readFrame(file: FileHandle, ref: BlobRef, frame: Frame): Promise<Buffer> {
  const stored = await readAt(file, frame.at, frame.stored);
  const where = `bytes ${frame.at} to ${frame.at + frame.stored} of its file`;
  if (!checkOf(stored).equals(frame.check)) throw new BlobDamaged(ref, `blob ${ref} is damaged: ${where} do not match their checksum`);
  const content = await decompress(stored, {chunkSize: Math.max(64, frame.bytes), maxOutputLength: frameBytes});
  if (content.length !== frame.bytes) throw new BlobDamaged(ref, `blob ${ref} is damaged: ${where} hold ${content.length} bytes`);
  return content;
}

/** May be shorter where the file ends. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const {buffer, bytesRead} = await file.read(Buffer.allocUnsafe(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function readEnd(fd: number, size: number, length: number): Buffer {
  const end = Buffer.allocUnsafe(length);
  return end.subarray(0, readSync(fd, end, 0, length, size - length));
}

const decompress = promisify(zstdDecompress);
