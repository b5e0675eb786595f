import type {SessionId, Sha256} from '../core/vocabulary/ids.ts';

/** Puts what is left of a damaged log in its place. The damaged file stays beside it. */
export type LogRepairing = {
  /** Takes the session's lock, whatever its log holds. Throws `SessionBusy` where another process has it. */
  hold: (id: SessionId) => Promise<HeldLog>;
};

export type HeldLog = {
  readonly file: string;
  bytes: () => AsyncIterable<Uint8Array>;
  /** Writes these ranges of the log, in this order, and what comes behind them, beside it. Nothing has changed yet. */
  begin: (ranges: readonly Range[], behind: string) => Promise<RepairedLog>;
  release: () => void;
};

/** Bytes [start, end) of the damaged file. */
export type Range = {start: number; end: number};

/** `swap` gives it the log's name, and the damaged file another one, which is the answer. Until then, `forget` takes it away. */
export type RepairedLog = {swap: () => string; forget: () => void};

/** A readable line of a damaged log: a record whose bytes are those that its hash is of. */
export type ReadableLine = Range & {line: number; seq: number; prev: Sha256; hash: Sha256};
