import {write, writeSync} from 'node:fs';
import {promisify} from 'node:util';
import {zstdCompressSync} from 'node:zlib';
import {giveBack} from '../../core/text/spent-bytes.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import type {BlobFolder} from './blob-folder.ts';
import {frameBytes, IndexWriter} from './blob-format.ts';
import {compression, frameCompressor} from './frame-compressor.ts';

/** The content's name and size, known at its end. */
export type Content = {ref: BlobRef; bytes: number; lines: number};

/** Frames on their way to the disk: compressed on other threads, written in order. */
export type FrameSink = {
  /** A buffer of one frame's size; used ones come back. */
  buffer: () => Buffer;
  push: (content: Buffer, bytes: number, newlines: number) => void;
  /** Resolves when fewer than three frames are on their way; rejects where one could not be written. */
  room: () => Promise<void> | undefined;
  readonly stored: number;
  finish: (content: Content, durable: boolean) => Promise<void>;
  abandon: () => Promise<void>;
};

export function frameSink(folder: BlobFolder): FrameSink {
  const index = new IndexWriter();
  const spare: Buffer[] = [];
  const pending: Promise<void>[] = [];
  const compressor = frameCompressor();
  let file: {path: string; fd: number} | null = null;
  let written = Promise.resolve();
  let stored = 0;

  const append = async (fd: number, compressed: Buffer) => {
    await writeAll(fd, compressed, stored);
    stored += compressed.length;
  };
  const store = async (fd: number, content: Buffer, newlines: number, before: Promise<void>) => {
    const [compressed] = await Promise.all([compressor.frame(content), before]);
    await append(fd, compressed);
    index.add(compressed, {bytes: content.length, newlines});
    giveBack(compressed);
  };
  const room = (): Promise<void> | undefined => (pending.length < inFlight ? undefined : pending[0]!.then(room));

  return {
    room,
    get stored() {
      return stored;
    },
    buffer: () => spare.pop() ?? Buffer.allocUnsafeSlow(frameBytes),
    push(content, bytes, newlines) {
      file ??= folder.temporary();
      written = store(file.fd, content.subarray(0, bytes), newlines, written);
      pending.push(written);
      const leave = () => {
        spare.push(content);
        void pending.shift();
      };
      // A failed frame stays in the way: whoever waits for room or for the end gets its error.
      written.then(leave, () => undefined);
    },
    async finish(content, durable) {
      await written;
      compressor.close();
      file ??= folder.temporary();
      await append(file.fd, index.encoded(content));
      const finished = file;
      file = null;
      await folder.settle(finished, content.ref, durable);
    },
    async abandon() {
      // Nobody may write to the descriptor once it is closed; what went wrong before has been reported to the writer's caller.
      await Promise.allSettled([written]);
      compressor.close();
      if (file) folder.drop(file);
      file = null;
    },
  };
}

/** A blob of one frame, or of none, written at once: for small content the threads would cost more than the work. */
export function writeSmall(fd: number, content: Content, bytes: Uint8Array): void {
  const compressed = bytes.length > 0 ? zstdCompressSync(bytes, compression) : Buffer.alloc(0);
  const newlines = content.lines - (bytes.length > 0 && bytes[bytes.length - 1] !== 0x0a ? 1 : 0);
  const index = new IndexWriter();
  if (bytes.length > 0) index.add(compressed, {bytes: bytes.length, newlines});
  const whole = Buffer.concat([compressed, index.encoded(content)]);
  for (let at = 0; at < whole.length;) at += writeSync(fd, whole, at);
}

async function writeAll(fd: number, bytes: Buffer, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const {bytesWritten} = await writeAt(fd, bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

const inFlight = 3;
const writeAt = promisify(write);
