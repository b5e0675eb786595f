import {createHash} from 'node:crypto';
import {countNewlines} from '../../core/truncation/newlines.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import type {BlobWriter} from '../../ports/blobs.ts';
import {refused} from './blob-folder.ts';
import type {BlobFolder} from './blob-folder.ts';
import {frameBytes} from './blob-format.ts';
import {frameSink} from './blob-frames.ts';

/** Cuts a stream into frames; compressing and writing them goes on beside it. */
export function blobWriter(folder: BlobFolder, hashed: boolean): BlobWriter {
  const hash = hashed ? createHash('sha256') : null;
  const sink = frameSink(folder);
  const total = {bytes: 0, newlines: 0, last: 0x0a};
  let frame = {bytes: sink.buffer(), filled: 0, newlines: 0};
  let queue: Promise<void> | undefined;
  let over = false;

  const flush = () => {
    sink.push(frame.bytes, frame.filled, frame.newlines);
    frame = {bytes: sink.buffer(), filled: 0, newlines: 0};
  };
  const take = (bytes: Buffer, newlines: number): Promise<void> | undefined => {
    const part = bytes.subarray(0, frameBytes - frame.filled);
    const ofPart = part.length < bytes.length ? countNewlines(part) : newlines;
    frame.filled += part.copy(frame.bytes, frame.filled);
    frame.newlines += ofPart;
    if (frame.filled === frameBytes) flush();
    const rest = () => (part.length < bytes.length ? take(bytes.subarray(part.length), newlines - ofPart) : undefined);
    const wait = sink.room();
    return wait ? wait.then(rest) : rest();
  };
  const queued = (wait: Promise<void>) => {
    const mine: Promise<void> = wait.finally(() => {
      if (queue === mine) queue = undefined;
    });
    queue = mine;
    return mine;
  };
  const refusing = <Result>(act: () => Result): Result => {
    try {
      return act();
    } catch (error) {
      throw refused(folder, error);
    }
  };

  return {
    get stored() {
      return sink.stored;
    },
    write(chunk, known) {
      if (over) throw new Error('a finished blob takes no more bytes');
      if (chunk.length === 0) return queue;
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      const newlines = known ?? countNewlines(bytes);
      hash?.update(bytes);
      total.bytes += bytes.length;
      total.newlines += newlines;
      total.last = bytes[bytes.length - 1]!;
      if (queue) return queued(queue.then(() => take(bytes, newlines)));
      const wait = refusing(() => take(bytes, newlines));
      return wait && queued(wait);
    },
    async finish({durable = false, sha256} = {}) {
      over = true;
      const ref: BlobRef | undefined = hash ? (hash.digest('hex') as BlobRef) : sha256;
      if (ref === undefined) throw new Error('the caller hashes this blob, and has to name it');
      try {
        await queue;
        if (frame.filled > 0) flush();
        await sink.finish({ref, bytes: total.bytes, lines: total.newlines + (total.last === 0x0a ? 0 : 1)}, durable);
        return ref;
      } catch (error) {
        await sink.abandon();
        throw refused(folder, error);
      }
    },
    async abandon() {
      if (over) return;
      over = true;
      await sink.abandon();
    },
  };
}
