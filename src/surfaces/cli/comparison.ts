import type {Parting} from '../../core/compare/parting.ts';
import type {StepRow} from '../../core/compare/step-rows.ts';
import type {SessionState} from '../../core/projections/session-state.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {ChangedFile} from '../../ports/worktree.ts';

/** A session to be laid beside another. */
export type ComparedSession = {id: SessionId; title: string; rows: readonly StepRow[]; state: SessionState; records: readonly Recorded[]};

/** `files`: what differs between the files that the two ended with, from left to right; or why that cannot be said. */
export type Comparison = {
  left: ComparedSession;
  right: ComparedSession;
  common: Parting;
  files: readonly ChangedFile[] | {unknown: string};
};
