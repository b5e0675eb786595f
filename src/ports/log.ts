import type {Recorded, SessionEvent, UnknownEvent} from '../core/vocabulary/event.ts';
import type {Sha256} from '../core/vocabulary/ids.ts';
import type {LogPoint} from '../core/vocabulary/log-point.ts';

/**
 * An append-only, hash-chained log with one writer. `append` hands all its events to the disk in one write and returns only when the
 * operating system has them; `sync` makes everything appended so far survive a power cut. Where the disk refuses, `append` throws
 * `LogRefused`, and nothing of it is in the log.
 */
export type Log<Event extends {type: string} = SessionEvent> = {
  readonly last: {seq: number; hash: Sha256};
  /** Behind the last record. */
  readonly end: LogPoint;
  append: (...events: Event[]) => readonly Recorded<Event>[];
  sync: () => Promise<void>;
  /** All records, or those behind `behind`: `LogDamaged` where that is not the end of a record with its hash. */
  read: (behind?: LogPoint) => AsyncIterable<Recorded<Event | UnknownEvent>>;
  /** The end of the record that so many come behind; undefined where there are no more than that. */
  before: (count: number) => LogPoint | undefined;
  /** Called for every appended record, whoever wrote it, in order, before `append` returns. */
  subscribe: (listener: (record: Recorded<Event>) => void) => () => void;
  close: () => Promise<void>;
};

/** The disk refused a record: it is full, read-only or gone. Nothing was recorded, so the effect it stood for must not happen. */
export class LogRefused extends Error {
  override readonly name = 'LogRefused';
  readonly code: string;
  constructor(code: string, message: string, options?: {cause: unknown}) {
    super(message, options);
    this.code = code;
  }
}
