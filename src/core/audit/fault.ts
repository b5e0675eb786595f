/** Something that is not as the log says. The first of a session is the one to look at: later ones may follow from it. */
export type Fault = {
  what: 'log' | 'anchor' | 'blob' | 'receipt' | 'view' | 'request';
  /** Absolute path of the file that it was found in. */
  file: string;
  /** Line of the log, from 1: the bad one, or the one that names what is bad. Null where the fault is in no line. */
  line: number | null;
  seq: number | null;
  /** The first bad range [start, end) of `file`; null where it cannot be said. */
  bytes: {start: number; end: number} | null;
  why: string;
  /** What to do about it. */
  next: string;
};

/** What could be neither proven nor refuted, and why: `count` of them for the same reason. */
export type Unproven = {what: 'log' | 'view' | 'request' | 'event'; why: string; count: number};

export type Verdict = 'proven' | 'partly' | 'faulty';

export function verdictOf({faults, unproven}: {faults: readonly unknown[]; unproven: readonly unknown[]}): Verdict {
  if (faults.length > 0) return 'faulty';
  return unproven.length > 0 ? 'partly' : 'proven';
}
