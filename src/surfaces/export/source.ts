import type {Place, Recorded, SessionEvent, UnknownEvent} from '../../core/vocabulary/event.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {GitTree, SessionId} from '../../core/vocabulary/ids.ts';

/** What a session is written out from. Nothing of it holds more than one output or one diff in memory. */
export type Source = {
  session: SessionId;
  /** Each call reads the log anew, from its first record on. Throws `LogDamaged` at a line that does not fit. */
  records: () => AsyncIterable<Recorded<SessionEvent | UnknownEvent>>;
  /** The text that the model was shown; `label` as in `viewText`. */
  view: (excerpt: Excerpt, label: string) => Promise<{text: string} | Missing>;
  /** A patch, of which `text` is the beginning, of at most `limit` characters and whole lines. */
  diff: (change: FileChange, limit: number) => Promise<Diff | Missing>;
};

/** It should be there, and is not. */
export type Missing = {missing: string};

export type FileChange = {place: Place; from: GitTree; to: GitTree};

export type Diff = {text: string; lines: number; shown: number};
