import type {BlobRef, Sha256} from '../core/vocabulary/ids.ts';

/**
 * Content-addressed bytes, written once. Every name is the sha256 of the content; the stored form is the adapter's own business. What
 * writes throws `BlobRefused` where the disk does not take it; what reads throws `BlobDamaged` where content is missing or does not match.
 */
export type Blobs = {
  /** Resolves when the blob is readable; with `durable` when it also survives a power cut. Existing sound content is not written again. */
  put: (bytes: Uint8Array, options?: {durable: boolean}) => Promise<BlobRef>;
  /** For a stream of any length, in constant memory. With `hashed: false` the caller hashes the content itself and names it in `finish`. */
  create: (options?: {hashed: boolean}) => BlobWriter;
  /** Bytes [start, end) of the content; a range costs no more than the frames that it touches. A whole read also checks the content's name. */
  read: (ref: BlobRef, range?: {start: number; end: number}) => AsyncIterable<Uint8Array>;
  get: (ref: BlobRef) => Promise<Uint8Array>;
  /** Byte offset where the 1-based line begins, found by the stored line index; null past the end. */
  lineStart: (ref: BlobRef, line: number) => Promise<number | null>;
  /** `stored` counts the bytes on the disk; null where there is no such blob. */
  size: (ref: BlobRef) => Promise<{bytes: number; lines: number; stored: number} | null>;
  /** Every blob in the store, in no order. `stored` counts the bytes on the disk; `changed` is when it was last put, within an hour, in milliseconds since 1970. */
  list: () => AsyncIterable<{ref: BlobRef; stored: number; changed: number}>;
  /** Where a person finds what is stored, whether it is there or not. */
  where: (ref: BlobRef) => string;
  /**
   * Takes away one that was last put before `before`, where nobody is just putting it again; whether it did. What a crash left half-way is there again with `putBack`.
   */
  discard: (ref: BlobRef, before: number) => Promise<boolean>;
  putBack: () => Promise<void>;
  /** Takes it away; that it is gone survives a power cut. Only for what no record names. */
  remove: (ref: BlobRef) => Promise<void>;
  /** Reads and checks every stored byte and the whole content. Damage is an answer, not an error. */
  verify: (ref: BlobRef) => Promise<BlobVerdict>;
};

export type BlobWriter = {
  /**
   * Takes bytes in the order of the calls. A promise is backpressure, so that memory stays constant: the bytes must not change before it
   * resolves. `newlines`, where the caller knows how many they hold, saves a second count.
   */
  write: (bytes: Uint8Array, newlines?: number) => Promise<void> | undefined;
  /** Compressed bytes so far, for the limit on stored output. */
  readonly stored: number;
  finish: (options?: {durable?: boolean; sha256?: Sha256}) => Promise<BlobRef>;
  /** Leaves nothing behind. Does nothing after `finish`. */
  abandon: () => Promise<void>;
};

/** `start` and `end` are the first bad range: of the stored bytes, or of the content where only its name does not match. */
export type BlobVerdict =
  | {ok: true}
  | {ok: false; what: 'missing' | 'index' | 'frame' | 'content'; start: number; end: number; why: string};

/** A blob is missing, or what is stored does not match its name. */
export class BlobDamaged extends Error {
  override readonly name = 'BlobDamaged';
  readonly ref: BlobRef;
  constructor(ref: BlobRef, message: string, options?: {cause: unknown}) {
    super(message, options);
    this.ref = ref;
  }
}

/**
 * The disk refused: it is full, read-only or forbidden (`code` is its own word, such as `ENOSPC`). Nothing of the blob can be relied on. The
 * message is the reason alone, in words that are the same each time; `place` is the folder, where it is known.
 */
export class BlobRefused extends Error {
  override readonly name = 'BlobRefused';
  readonly code: string;
  readonly place: string | null;
  constructor(code: string, message: string, {place, ...options}: {cause?: unknown; place?: string} = {}) {
    super(message, options);
    this.code = code;
    this.place = place ?? null;
  }
}
