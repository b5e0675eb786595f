import {givenBackAfter} from '../core/text/spent-bytes.ts';
import type {Redactor} from '../core/redaction/redactor.ts';
import {createEndsCutter, keptOfLine} from '../core/truncation/cutter.ts';
import type {CutPolicy, Excerpt} from '../core/vocabulary/excerpt.ts';
import type {Blobs, BlobWriter} from '../ports/blobs.ts';
import type {LineReaders} from '../ports/line-reader.ts';
import type {Continue} from '../ports/shell.ts';
import {lookAtLines} from './looking.ts';

/** Takes what a tool prints: secrets are masked, then every byte is kept as a blob, and cut to what the model is shown. */
export type Capture = {
  /** Takes bytes in the order of the calls. A promise is backpressure; throws or rejects with `BlobRefused` where the bytes cannot be kept. */
  out: (bytes: Uint8Array, stream: 'stdout' | 'stderr') => Continue | Promise<Continue>;
  /** Resolves when the stored stream survives a power cut. What cannot be kept is not shown either: rejects with `BlobRefused`. */
  finish: () => Promise<Excerpt>;
  /** The text that the model is shown; only after `finish`. */
  readonly text: string;
  /** The limit on stored output was reached; what came after it was not taken. */
  readonly overflowed: boolean;
  /** Leaves nothing behind. Does nothing after `finish`. */
  abandon: () => Promise<void>;
};

export type CaptureOptions = {
  blobs: Blobs;
  policy: CutPolicy;
  /** How `read_output` will know the output: the call. */
  label: string;
  /** Compressed bytes of one output. */
  maxStored: number;
  /** Bytes that must stay free on the disk, and how many are free now. */
  minFree: number;
  freeDisk: () => Promise<number>;
  /** Null, or none, where nothing is masked. */
  redactor?: Redactor | null;
  /** Null, or none, where there is no other thread to look at a long output. */
  readers?: LineReaders | null;
  /** Sees what is stored, as it goes by. */
  passed?: (bytes: Uint8Array, stream: 'stdout' | 'stderr') => void;
};

export function capture({
  blobs,
  policy,
  label,
  maxStored,
  minFree,
  freeDisk,
  redactor = null,
  readers = null,
  passed,
}: CaptureOptions): Capture {
  const cutter = createEndsCutter(policy, label);
  const looking = policy.salient ? lookAtLines({keep: keptOfLine(policy), readers, blobs}) : null;
  const small = createSmall();
  let writer: BlobWriter | null = null;
  let unchecked = Infinity;
  let overflowed = false;
  let text: string | null = null;

  const keep = (bytes: Uint8Array, newlines: number): Promise<void> | undefined => {
    if (writer) return writer.write(bytes, newlines);
    if (small.takes(bytes, newlines)) return undefined;
    writer = blobs.create({hashed: false});
    const all = small.empty();
    return writer.write(Buffer.concat([all.bytes, bytes]), all.newlines + newlines);
  };
  const within = (): Continue => {
    overflowed ||= writer !== null && writer.stored > maxStored;
    return overflowed ? 'stop' : 'go-on';
  };
  const afterwards = async (taken: readonly (Promise<void> | undefined)[], checkDisk: boolean): Promise<Continue> => {
    await Promise.all(taken);
    if (checkDisk && (await freeDisk()) < minFree) overflowed = true;
    return within();
  };

  const take = (bytes: Uint8Array, stream: 'stdout' | 'stderr'): Continue | Promise<Continue> => {
    if (bytes.length === 0) return within();
    passed?.(bytes, stream);
    const kept = keep(bytes, cutter.push(bytes, stream));
    const looked = looking?.push(bytes);
    unchecked += bytes.length;
    const checkDisk = writer !== null && unchecked >= checkEvery;
    if (checkDisk) unchecked = 0;
    return kept || looked || checkDisk ? afterwards([kept, looked], checkDisk) : within();
  };

  return {
    out(bytes, stream) {
      if (overflowed) return 'stop';
      const masked = redactor === null ? bytes : redactor.push(bytes, stream);
      return masked === bytes ? take(bytes, stream) : givenBackAfter(masked, take(masked, stream));
    },
    async finish() {
      for (const stream of ['stdout', 'stderr'] as const) if (redactor !== null) await take(redactor.flush(stream), stream);
      const {stdout_sha256: sha256, cut} = cutter.finish();
      const stored = writer ? writer.finish({durable: true, sha256}) : blobs.put(small.empty().bytes, {durable: true});
      const middle = looking?.finish(stored) ?? nothing;
      const {text: shown, same, ...excerpt} = cut(typeof middle === 'function' ? middle : await middle);
      // The view needs no fsync of its own: it can be made again from the stream.
      const [blob, view] = await Promise.all([stored, same ? sha256 : blobs.put(shown)]);
      text = Buffer.from(shown).toString('utf8');
      return {...excerpt, redactions: redactor?.count ?? 0, blob, view};
    },
    get text() {
      if (text === null) throw new Error('an output has its text when it is finished');
      return text;
    },
    get overflowed() {
      return overflowed;
    },
    async abandon() {
      looking?.abandon();
      await writer?.abandon();
    },
  };
}

const nothing = () => null;

/** Outputs of up to 64 KiB wait in memory and are written at once. */
function createSmall() {
  let pieces: Uint8Array[] = [];
  let held = {size: 0, newlines: 0};
  return {
    takes(bytes: Uint8Array, newlines: number): boolean {
      if (held.size + bytes.length > smallBytes) return false;
      pieces.push(Buffer.from(bytes));
      held = {size: held.size + bytes.length, newlines: held.newlines + newlines};
      return true;
    },
    empty() {
      const all = {bytes: Buffer.concat(pieces), newlines: held.newlines};
      pieces = [];
      return all;
    },
  };
}

const smallBytes = 64 * 1_024;
const checkEvery = 16 * 1_024 * 1_024;
