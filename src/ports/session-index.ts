import type {SessionId} from '../core/vocabulary/ids.ts';
import type {Said, SessionRow} from '../core/vocabulary/session-row.ts';

/**
 * What the logs of the sessions say, kept so that a list of thousands need not read them. It is a cache: it may be taken away at any time, and where it cannot be
 * used the logs are read instead, with the same answers. It is never older than the log it is asked about.
 */
export type SessionIndex = {
  /** A session as its log is now; only what was added since is read. Null where it is of another place than `root`, or was removed meanwhile. */
  current: (log: LogState, root: string | null) => Promise<IndexedSession | null>;
  /** `logs` are all that there are. Where the sessions were opened whose logs are as they were when they were last read; the others, and damaged ones, are not in it. No log is read. */
  roots: (logs: readonly LogState[]) => Promise<ReadonlyMap<SessionId, string | null>>;
  /** The sessions in which every word stands, each with all that it says, in the order of `logs`. */
  search: (query: {words: readonly string[]; root: string | null}, logs: readonly LogState[]) => AsyncIterable<FoundSession>;
  /** Nothing of a session is left in it. Throws `IndexRefused`. */
  forget: (id: SessionId) => Promise<void>;
  /** Nothing of it is left on the disk. Throws `IndexRefused`. */
  drop: () => Promise<void>;
  /** Gives the file back; the next question opens it again. */
  close: () => Promise<void>;
  /** Why it cannot be used; null where it can, or was not asked for anything yet. */
  problem: () => string | null;
  /** Looks at it and changes nothing. */
  look: () => Promise<IndexLook>;
};

/** `none`: it was not made yet. */
export type IndexLook = {file: string} & (
  | {state: 'none'}
  | {state: 'ok'; bytes: number; sessions: number}
  | {state: 'unusable'; why: string}
);

/** The disk does not let it go: it may still hold what was to be forgotten. */
export class IndexRefused extends Error {
  override readonly name = 'IndexRefused';
  constructor(file: string, cause: unknown) {
    super(
      `${file} may still hold what was taken away, and cannot be removed: ${cause instanceof Error ? cause.message : String(cause)}\nRemove it, with ${file}-wal: it is made again from the sessions.`,
      {cause},
    );
  }
}

/** A log's file as it is: `changed` in milliseconds since 1970. */
export type LogState = {id: SessionId; changed: number; bytes: number};

/** `damaged`: only what stands before that line could be read. */
export type IndexedSession = {id: SessionId; row: SessionRow; damaged: {line: number; why: string} | null};

export type FoundSession = {session: IndexedSession; said: readonly Said[]};
