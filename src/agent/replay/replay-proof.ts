import type {Fault, Unproven, Verdict} from '../../core/audit/fault.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Apart} from './prompts-apart.ts';

/** Something that does not come out again as it was recorded. The first is the one to look at: later ones may follow from it. */
export type Divergence = Omit<Fault, 'what'> & {
  what: Fault['what'] | 'order';
  /** The newest step by then; null where that is not known. */
  step: number | null;
  /** Where two prompts part; null where it is no matter of a prompt's text, and for all requests but the first. */
  apart: Apart | null;
};

/** What came of running a session's loop again over what was recorded of the world. */
export type ReplayProof = {
  session: SessionId;
  verdict: Verdict;
  log: {file: string | null; records: number};
  /** The version of the program that the newest run was made by. */
  made_by: string | null;
  requests: {same: number; different: number; hash_only: number; unproven: number};
  views: {same: number; hash_only: number};
  /** Records that come of a move of the loop, each of which was due. */
  moves: number;
  /** In the order of the records; those of the log itself first. */
  divergences: readonly Divergence[];
  not_recomputed: readonly Unproven[];
};
