import type {Failure} from '../core/vocabulary/block.ts';
import type {Sha256} from '../core/vocabulary/ids.ts';

/**
 * The files a session may touch: its worktree and the granted folders. Every path is resolved with its symlinks first and refused where it
 * leads outside (`code: 'outside'`); what stands in a `.git` can be read but not written (`'git-folder'`). Paths come as the model wrote
 * them: relative to the session's folder, or absolute. A missing file is `'not-found'`, a folder `'is-folder'`, a pipe or a device
 * `'not-a-file'`. Failures are values; nothing here throws for what a path holds.
 */
export type Files = {
  resolve: (path: string) => Promise<Resolved | {failure: Failure}>;
  /** The whole file in memory. Over 64 MiB it is `'too-large'`: such files are only scanned. */
  read: (path: string) => Promise<FileContent | {failure: Failure}>;
  /**
   * Reads from the first byte on until the end or until `visit` answers `'stop'`, in constant memory. The bytes given to `visit` are valid
   * only during the call. `sha256` is null where it was stopped before the end.
   */
  scan: (path: string, visit: (bytes: Uint8Array) => 'go-on' | 'stop') => Promise<Scanned | {failure: Failure}>;
  /** The entries of a folder, sorted by name in code-unit order. */
  list: (path: string) => Promise<{at: Resolved; entries: readonly Entry[]} | {failure: Failure}>;
  /** Atomic (temporary file, fsync, rename, fsync of the folder), keeps the mode, makes missing folders. */
  write: (path: string, bytes: Uint8Array, options?: WriteOptions) => Promise<{at: Resolved; sha256: Sha256} | {failure: Failure}>;
  /** Removes one file. A symlink is removed itself, never what it points to. */
  remove: (path: string, options?: Pick<WriteOptions, 'expect'>) => Promise<{at: Resolved} | {failure: Failure}>;
  /** Takes away what a write of this path left beside it when the program was stopped in the middle. */
  tidy: (path: string) => Promise<void>;
};

/**
 * `shown` names the file on the log: relative to the worktree's root, or absolute in a granted folder. `name` is how the model would write
 * it: relative to the session's folder. The two differ only in a session that works in a subfolder.
 */
export type Resolved = {absolute: string; shown: string; name: string; exists: 'file' | 'folder' | 'no'};

/** `mode` is the permission bits. */
export type FileContent = {at: Resolved; bytes: Uint8Array; sha256: Sha256; mode: number};
export type Scanned = {at: Resolved; size: number; sha256: Sha256 | null};
export type Entry = {name: string; kind: 'file' | 'folder' | 'link' | 'other'};

/** `expect`: the content that the file must still have, null for "must not exist"; anything else is `'changed'` and nothing is written. */
export type WriteOptions = {expect?: Sha256 | null; mode?: number};
