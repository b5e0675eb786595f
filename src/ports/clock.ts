/** Time and chance come in through here, so that a recorded session can be run again. */
export type Clock = {
  /** ISO 8601 in UTC with milliseconds. */
  now: () => string;
  /** Milliseconds that never go back. */
  elapsed: () => number;
  /** Resolves early, without error, when the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** In [0, 1), for backoff jitter. */
  chance: () => number;
};
