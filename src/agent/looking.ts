import {createMiddleReader, type MiddleReader} from '../core/truncation/salience/middle-reader.ts';
import type {Middle} from '../core/truncation/salience/middle.ts';
import {unpackMiddle} from '../core/truncation/salience/packed-middle.ts';
import type {BlobRef} from '../core/vocabulary/ids.ts';
import type {Blobs} from '../ports/blobs.ts';
import type {LineReader, LineReaders} from '../ports/line-reader.ts';

/** Looks at the lines of one output. */
export type Looking = {
  /** A promise is backpressure: the bytes must not change before it resolves. Never rejects. */
  push: (bytes: Uint8Array) => Promise<void> | undefined;
  /** What is known of the lines; of a short output only when it is asked for. `stored` is the output as it is kept, whose failure is thrown again. */
  finish: (stored: Promise<BlobRef>) => (() => Middle) | Promise<() => Middle>;
  abandon: () => void;
};

/** Of a line `keep` bytes are held. */
export type LookingOptions = {keep: number; readers: LineReaders | null; blobs: Blobs};

/**
 * A short output is held, and looked at when it is over; a long one goes to another thread as it comes. Where that thread is lost, the stored bytes are
 * looked at again: it takes longer, and comes to the same.
 */
export function lookAtLines({keep, readers, blobs}: LookingOptions): Looking {
  const held = createHeld();
  let elsewhere: LineReader | null = null;
  let here: MiddleReader | null = null;

  const read = (bytes: Uint8Array): Promise<void> | undefined => {
    if (elsewhere !== null) return elsewhere.push(bytes);
    here!.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    return undefined;
  };
  const isReading = () => elsewhere !== null || here !== null;
  const middleHere = (): Middle => {
    here ??= createMiddleReader(keep);
    here.push(held.empty());
    return here.finish();
  };
  const again = async (ref: BlobRef): Promise<Middle> => {
    const reader = createMiddleReader(keep);
    for await (const bytes of blobs.read(ref)) reader.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    return reader.finish();
  };

  return {
    push(bytes) {
      if (isReading()) return read(bytes);
      if (held.takes(bytes)) return undefined;
      elsewhere = readers?.open(keep) ?? null;
      if (elsewhere === null) here = createMiddleReader(keep);
      // What waits for room is taken in the order of the calls.
      void read(held.empty());
      return read(bytes);
    },
    finish(stored) {
      if (elsewhere === null) return middleHere;
      const known = async ([packed, ref]: [Uint8Array<ArrayBuffer> | null, BlobRef]) => {
        const middle = packed === null ? await again(ref) : unpackMiddle(packed);
        return () => middle;
      };
      return Promise.all([elsewhere.finish(), stored]).then(known);
    },
    abandon: () => elsewhere?.abandon(),
  };
}

/** The first bytes of an output, in one piece. */
function createHeld(): {takes: (bytes: Uint8Array) => boolean; empty: () => Buffer} {
  let memory = Buffer.alloc(0);
  let size = 0;
  return {
    takes(bytes) {
      const needed = size + bytes.length;
      if (needed > shortBytes) return false;
      if (needed > memory.length) {
        const larger = Buffer.allocUnsafeSlow(Math.min(shortBytes, Math.max(needed, 2 * memory.length)));
        memory.copy(larger, 0, 0, size);
        memory = larger;
      }
      memory.set(bytes, size);
      size = needed;
      return true;
    },
    empty() {
      const all = memory.subarray(0, size);
      [memory, size] = [Buffer.alloc(0), 0];
      return all;
    },
  };
}

/** To start a thread takes longer than to look at so much. */
export const shortBytes = 2 * 1_024 * 1_024;
