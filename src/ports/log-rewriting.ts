import type {BlobRef, SessionId, Sha256} from '../core/vocabulary/ids.ts';

/**
 * Puts another history in place of a log: whole, or not at all. Whoever calls holds the session's lock. A crash leaves the old log or the new
 * one; what the old one named and nothing else does is remembered until it is removed.
 */
export type LogRewriting = {
  /** Writes the records beside the log, under a chain of their own, and remembers which blobs are to go. Nothing has changed yet. */
  begin: (of: SessionId | 'home', records: readonly Rewritten[], gone: readonly BlobRef[]) => NewLog;
  /** Blobs that an earlier rewriting of this session was to remove, where it did not come to its end. */
  leftGone: (id: SessionId) => readonly BlobRef[];
  /** They are removed. */
  end: (id: SessionId) => void;
  /** Files beside the logs that hold what was typed or said: the history of prompts, and what was set aside of this session's log: torn ends, damaged ones. */
  loose: (id: SessionId) => readonly {file: string; bytes: Buffer}[];
  replace: (file: string, bytes: Uint8Array) => void;
};

export type Rewritten = {at: string; event: {type: string}};

/** `hashes` are those of its records, by number. */
export type NewLog = {hashes: readonly Sha256[]; swap: () => void};
