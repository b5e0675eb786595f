import type {Place} from './event.ts';
import type {SessionId} from './ids.ts';
import type {Mode} from './verdict.ts';

/** A session as lists show it. */
export type SessionRow = {
  /** Where it was opened: the repository, or outside of one the folder. Null where its log does not begin with that. */
  root: string | null;
  title: string;
  repo: string | null;
  /** Of the first and the newest record; '' before the first. */
  opened: string;
  newest: string;
  prompts: number;
  steps: number;
  model: string;
  mode: Mode;
  /** How its last turn ended, in a word or two, or that it did not; `owes`: the agent still has something to do. */
  word: string;
  owes: boolean;
  parent: {session: SessionId; step: number} | null;
  /** The beginning of the first prompt and of the last answer. */
  first: string;
  answer: string;
  /** What its steps changed, in the order in which they came to it: the first thousand. */
  files: readonly string[];
  work: Work;
};

/** Where its files are. `new`: no worktree was made yet; else what is in it that the checkout does not have. */
export type Work = {place: Place | null; state: 'new' | 'discarded' | 'nothing' | 'applied' | 'not-applied'};

/** A text of a session that it can be found by. `step` is the one that it belongs to: of a prompt, the one that answers it. */
export type Said = {kind: SaidKind; step: number; text: string};
export type SaidKind = 'title' | 'prompt' | 'answer' | 'command' | 'path';
