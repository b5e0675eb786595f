import type {HomeEvent} from '../core/vocabulary/home-event.ts';
import type {Recorded, SessionEvent, UnknownEvent} from '../core/vocabulary/event.ts';
import type {SessionId, Sha256} from '../core/vocabulary/ids.ts';
import type {LogPoint} from '../core/vocabulary/log-point.ts';
import type {Log} from './log.ts';

/** The sessions in AGENT_HOME. */
export type Catalogue = {
  create: (id: SessionId) => Promise<Log>;
  /**
   * A log that begins with another's records up to `from.seq`, byte for byte, and `event` behind them: whole, or not there at all. The parent may be open elsewhere. Throws
   * `LogDamaged` where the parent's records up to there are not whole, or the last of them has another hash.
   */
  fork: (id: SessionId, from: {session: SessionId; seq: number; hash: Sha256}, event: SessionEvent) => Promise<void>;
  /** Takes the session's lock, sets a torn tail aside. Throws `SessionBusy` where another live process holds it. */
  open: (id: SessionId) => Promise<{log: Log; torn: {bytes: number; file: string} | null}>;
  /** Reads without a lock, up to the last whole line; all, or what is behind `behind`. Throws `LogDamaged` at a line that does not fit. */
  read: (id: SessionId, behind?: LogPoint) => AsyncIterable<Recorded<SessionEvent | UnknownEvent>>;
  /** A session's log, or the home log, byte by byte as it lies in its file, without a lock; null where there is none. */
  raw: (of: SessionId | 'home') => {file: string; bytes: AsyncIterable<Uint8Array>} | null;
  /** Every file that lies in a session's folder, or that of a session without a record: its log, and what was set aside of it. Without a lock. */
  files: (id: SessionId) => Promise<readonly {file: string; bytes: () => AsyncIterable<Uint8Array>}[]>;
  /** Newest first, by the time of the last change. */
  list: () => Promise<readonly {id: SessionId; changed: number; bytes: number; busy: boolean}[]>;
  /** Folders of sessions without a record: stopped before the first one, or their log was emptied or is gone. */
  empty: () => Promise<readonly {id: SessionId; changed: number; busy: boolean}[]>;
  /** Those whose lock was left by a process that died: it may have left more. */
  crashed: () => Promise<readonly SessionId[]>;
  /** Any unique prefix. */
  find: (prefix: string) => Promise<{id: SessionId} | {problem: 'none' | 'many'; candidates: readonly SessionId[]}>;
  /** Appends to the home log under a short lock of its own. */
  note: (event: HomeEvent) => Promise<void>;
  /** Nobody writes the home log while it runs. Not for `note`, which waits for itself. */
  holdingHome: <T>(act: () => Promise<T>) => Promise<T>;
  /** Whether a process holds the home log just now. */
  homeHeld: () => boolean;
  home: () => AsyncIterable<Recorded<HomeEvent | UnknownEvent>>;
};

export class SessionBusy extends Error {
  override readonly name = 'SessionBusy';
  readonly pid: number;
  constructor(id: SessionId, pid: number) {
    super(`Session ${id} is open in another process (pid ${pid}).`);
    this.pid = pid;
  }
}

/** A line that is not the last, or is whole, and yet does not fit: `line` from 1. */
export class LogDamaged extends Error {
  override readonly name = 'LogDamaged';
  readonly file: string;
  readonly line: number;
  constructor(file: string, line: number, why: string) {
    super(`${file}, line ${line}: ${why}`);
    this.file = file;
    this.line = line;
  }

  /** Whether it is the log of a session, or else the one of the home, which holds what was granted and trusted. */
  get ofSession(): boolean {
    return /[\\/]sessions[\\/][^\\/]+[\\/]log\.jsonl$/.test(this.file);
  }
}
