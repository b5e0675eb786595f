import type {FoundText} from '../core/projections/found-text.ts';
import type {SessionId} from '../core/vocabulary/ids.ts';
import type {SessionRow} from '../core/vocabulary/session-row.ts';

/** What a past session is picked from. `all`: of every repository, and not only of this one. */
export type Picking = {
  /** The newest first, as they are found. */
  sessions: (all: boolean) => AsyncIterable<PickRow>;
  /** Where all words of the query stand, session by session. */
  search: (query: string, all: boolean) => AsyncIterable<PickFound>;
};

/** `title`, `age` and `state` are as lists show them; `is_there`: its worktree's folder is. */
export type PickRow = {
  id: SessionId;
  title: string;
  age: string;
  state: string;
  row: SessionRow;
  is_there: boolean;
  damaged: string | null;
};

export type PickFound = {id: SessionId; found: readonly FoundText[]};
