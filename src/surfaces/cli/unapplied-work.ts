import type {ChangesAccess, Program} from '../../agent/program.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {unapplied} from './diff.ts';
import {explain} from './failures.ts';
import {leftOut} from './left-out.ts';

/** Whether nothing of the session stands in its worktree only: everything was applied, or there was nothing. */
export async function holdsNothing(id: SessionId, on: ChangesAccess): Promise<boolean> {
  if (on.changes.discarded) return true;
  if (leftOut(on.changes).length > 0) return false;
  const between = unapplied(id, on);
  return (
    between === null || between.from === between.to || (await on.worktrees.changed(between.place, between.from, between.to)).length === 0
  );
}

/** What is known of work that would go with a worktree whose repository is gone. What cannot be known counts as work. */
export async function orphanHolds(id: SessionId, program: Program): Promise<'nothing' | 'unapplied changes' | {unknown: string}> {
  try {
    return (await program.withChanges(id, 'look', async on => holdsNothing(id, on))) ? 'nothing' : 'unapplied changes';
  } catch (error) {
    return {unknown: explain(error).message.split('\n')[0] ?? ''};
  }
}
