import type {SessionId} from '../core/vocabulary/ids.ts';

/** What is kept beside a session's log so that a resume need not read the whole of it. A cache: it may be taken away at any time, and is made again. */
export type Snapshots = {
  /** Null where there is none that can be read. */
  read: (id: SessionId) => Promise<Uint8Array | null>;
  /** In place of the one before, whole or not at all. Nothing is kept where the disk refuses. Whoever writes holds the session's lock. */
  write: (id: SessionId, parts: readonly Uint8Array[]) => Promise<void>;
};
