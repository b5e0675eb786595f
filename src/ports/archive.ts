import type {Place} from '../core/vocabulary/event.ts';
import type {GitTree, SessionId, Sha256} from '../core/vocabulary/ids.ts';

/** A file of an archive. */
export type Member = {name: string; bytes: number; sha256: Sha256};

/** A file that becomes a member. `bytes`: only so many from its beginning; null is all of it. */
export type Source = {name: string; file: string; bytes: number | null};

/** Files packed into one: a tar, compressed with zstd. The same members give the same bytes. */
export type Archives = {
  /** Reads a file to its end, or as far as is wanted, in constant memory. */
  measure: (source: Source) => Promise<Member>;
  /**
   * Writes them in this order, `first` before them: whole, or not there at all. A source that is not what was measured is `ArchiveRefused`. `wrote` hears of each part.
   */
  write: (
    file: string,
    content: {first: {name: string; bytes: Uint8Array}; rest: readonly (Source & Member)[]},
    wrote: (bytes: number) => void,
  ) => Promise<void>;
  /** The members in their order; the content of each is read before the next is asked for. Anything but plain files, whole and to the end, is `ArchiveRefused`. */
  read: (file: string) => AsyncIterable<{name: string; bytes: number; content: AsyncIterable<Uint8Array>}>;
  /** A folder of this home for what is under way; what died before it was done is cleared away. */
  scratch: () => Promise<Scratch>;
};

export type Scratch = {
  /** Absolute. */
  folder: string;
  /** Bytes that its disk has left. */
  free: () => Promise<number>;
  /** Takes a stream to its end; answers what it came to. More than `most` bytes are `ArchiveRefused`. */
  put: (path: string, content: AsyncIterable<Uint8Array>, most: number) => Promise<{bytes: number; sha256: Sha256}>;
  /** Gives a file or folder of it its place, so that it survives a power cut. Where a folder is there already: false, and nothing is changed. */
  move: (from: string, to: string) => Promise<boolean>;
  remove: () => Promise<void>;
};

/** The checkpoints of a session, as a git bundle. */
export type CheckpointBundles = {
  /** Writes the trees with all that is in them; those that the store does not hold whole are left out and named. Null where none is left. Changes nothing in the store. */
  write: (
    place: Place,
    trees: readonly GitTree[],
    file: string,
  ) => Promise<{missing: readonly GitTree[]; contents: number; written: boolean}>;
  /** Checks that a bundle holds exactly these trees, complete in themselves; what is wrong is the answer. `scratch` is a folder that may be written to. */
  check: (file: string, trees: readonly GitTree[], scratch: string) => Promise<CheckedBundle | {why: string}>;
};

/** Puts the trees into the store of a place, for a session of this id. What is there already stays. */
export type CheckedBundle = {take: (place: Place, id: SessionId) => Promise<void>};

/** A file is no archive, or not whole, or the disk did not take one. `code` is the system's own word, or `damaged`. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused';
  readonly code: string;
  constructor(code: string, message: string, options?: {cause: unknown}) {
    super(message, options);
    this.code = code;
  }
}
