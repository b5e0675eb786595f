import {hash} from 'node:crypto';
import type {BlobRef} from '../../core/vocabulary/ids.ts';

/** Content bytes of every frame but the last. */
export const frameBytes = 1 << 20;

/** One zstd frame: where it is stored, what part of the content it holds, and how many newlines. `check` is of its stored bytes. */
export type Frame = {at: number; stored: number; start: number; bytes: number; line: number; newlines: number; check: Buffer};

/** What follows the frames. `stored` is the size of the whole file. */
export type BlobIndex = {ref: BlobRef; bytes: number; lines: number; stored: number; frames: readonly Frame[]};

/** Bytes that end every file: enough to know how long the index is. */
export const trailerBytes = 96;

const formatVersion = 1;
const skippable = 0x184d2a50;
const headerBytes = 8;
const checkBytes = 16;
const entryBytes = 12 + checkBytes;
const mark = Buffer.from('HIPPOBLB');

/** Found with the trailer alone. */
export function indexBytes(trailer: Buffer): number | string {
  if (!trailer.subarray(88).equals(mark)) return 'its end is not that of a blob';
  const version = trailer.readUInt32LE(52);
  if (version !== formatVersion) return `its format is ${version}, this program reads ${formatVersion}`;
  return headerBytes + trailer.readUInt32LE(48) * entryBytes + trailerBytes;
}

/** Entries of the index, packed as they come: a long stream has tens of thousands of frames. */
export class IndexWriter {
  #entries = Buffer.alloc(64 * entryBytes);
  #count = 0;

  /** A frame with this content was stored as `stored`. */
  add(stored: Uint8Array, {bytes, newlines}: {bytes: number; newlines: number}): void {
    const at = this.#count++ * entryBytes;
    if (at === this.#entries.length) this.#entries = Buffer.concat([this.#entries], 2 * at);
    this.#entries.writeUInt32LE(stored.length, at);
    this.#entries.writeUInt32LE(bytes, at + 4);
    this.#entries.writeUInt32LE(newlines, at + 8);
    checkOf(stored).copy(this.#entries, at + 12);
  }

  /** A frame that zstd skips, with one entry a frame and the trailer. */
  encoded(content: {ref: BlobRef; bytes: number; lines: number}): Buffer {
    const index = Buffer.alloc(headerBytes + this.#count * entryBytes + trailerBytes);
    index.writeUInt32LE(skippable, 0);
    index.writeUInt32LE(index.length - headerBytes, 4);
    this.#entries.copy(index, headerBytes, 0, this.#count * entryBytes);
    const trailer = index.subarray(index.length - trailerBytes);
    trailer.write(content.ref, 0, 'hex');
    trailer.writeBigUInt64LE(BigInt(content.bytes), 32);
    trailer.writeBigUInt64LE(BigInt(content.lines), 40);
    trailer.writeUInt32LE(this.#count, 48);
    trailer.writeUInt32LE(formatVersion, 52);
    checksumOf(index).copy(trailer, 56);
    mark.copy(trailer, 88);
    return index;
  }
}

/** The index, or why it cannot be trusted. `stored` is the size of the file that it ends. */
export function decodeIndex(index: Buffer, ref: BlobRef, stored: number): BlobIndex | string {
  const trailer = index.subarray(index.length - trailerBytes);
  if (!checksumOf(index).equals(trailer.subarray(56, 88))) return 'its index does not match its checksum';
  if (trailer.toString('hex', 0, 32) !== ref) return 'it holds the content of another name';
  const frames = decodeFrames(index);
  const last = frames.at(-1) ?? {at: 0, stored: 0, start: 0, bytes: 0};
  const bytes = Number(trailer.readBigUInt64LE(32));
  if (last.at + last.stored + index.length !== stored)
    return `it is ${stored} bytes long, and should be ${last.at + last.stored + index.length}`;
  if (last.start + last.bytes !== bytes) return 'its frames do not add up to its content';
  return {ref, bytes, lines: Number(trailer.readBigUInt64LE(40)), stored, frames};
}

/** Of a frame's stored bytes. Some bit flips decompress to the same content, so the content's hash alone would not find them. */
export function checkOf(stored: Uint8Array): Buffer {
  return hash('sha256', stored, 'buffer').subarray(0, checkBytes);
}

function decodeFrames(index: Buffer): Frame[] {
  const frames: Frame[] = [];
  const next = {at: 0, start: 0, line: 0};
  for (let entry = headerBytes; entry < index.length - trailerBytes; entry += entryBytes) {
    const [stored, bytes, newlines] = [index.readUInt32LE(entry), index.readUInt32LE(entry + 4), index.readUInt32LE(entry + 8)];
    frames.push({...next, stored, bytes, newlines, check: index.subarray(entry + 12, entry + entryBytes)});
    next.at += stored;
    next.start += bytes;
    next.line += newlines;
  }
  return frames;
}

/** Over the index up to the checksum; with each frame's check in it, it stands for every stored byte. */
function checksumOf(index: Buffer): Buffer {
  return hash('sha256', index.subarray(0, index.length - trailerBytes + 56), 'buffer');
}
