import type {Evidence} from './evidence.ts';
import type {HeldLine} from '../held-line.ts';
import type {Run} from './runs.ts';

/** A line that may be worth showing, with what its bytes and the stream say of it. */
export type Candidate = Omit<Evidence, 'exact' | 'opening'> & {
  line: HeldLine;
  /** How many of its shape there were up to it, itself included. */
  nth: number;
  /** How many lines the whole stream has of its shape, of its opening, and of its exact form. */
  times: {shape: number; opening: number; exact: number};
};

/** What is known of a stream's lines once it has passed. Plain data: it may have been made in another thread. */
export type Middle = {
  /** Ascending. */
  candidates: readonly Candidate[];
  runs: readonly Run[];
  /** Lines that speak of a failure, and others that warn. */
  failures: number;
  warnings: number;
};
