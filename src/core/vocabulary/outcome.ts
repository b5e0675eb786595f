import type {Failure} from './block.ts';
import type {Excerpt} from './excerpt.ts';
import type {Sha256} from './ids.ts';

/** How a tool call ended. */
export type Outcome =
  /** A process ended, by itself or not. `exit` is null when a signal ended it. */
  | {
      kind: 'ran';
      exit: number | null;
      signal: string | null;
      timedOut: boolean;
      shown: Excerpt;
      settled: 'exit' | 'timeout' | 'interrupt' | 'output-limit';
      left_running: readonly ProcessGroup[];
      signature?: FailureSignature;
      /** Milliseconds without output before it was ended; only where something ended it. */
      quiet_ms?: number;
    }
  | {kind: 'done'; shown: Excerpt}
  | {kind: 'failed'; error: Failure; shown?: Excerpt; signature?: FailureSignature}
  | {kind: 'refused'; reason: string}
  /** Its `started` precedes the last `session.resumed`: the effect is unknown, and never assumed. */
  | {kind: 'lost'};

/** What failed: `id` is equal for the same failure, whichever command showed it; `line` is its most telling line, for people. */
export type FailureSignature = {id: string; line: string};

/** A process group by its leader's pid; `started` tells it from a later process with the same pid (the platform's own words for the start time). */
export type ProcessGroup = {pgid: number; started: string; command: string};

/** What a call did to one file. `path` is relative to the worktree, or absolute in a granted folder; `sha256` is null where the file is gone. */
export type FileTouch = {path: string; access: 'read' | 'written'; sha256: Sha256 | null};
