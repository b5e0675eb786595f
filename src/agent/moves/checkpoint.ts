import {LogRefused} from '../../ports/log.ts';
import type {Scene} from '../scene.ts';

/** Keeps the files as they are after a step. Where that fails the work goes on, and the log says that this step cannot be restored. */
export async function checkpoint(step: number, {ports, state, record}: Scene): Promise<void> {
  const {place, tree, left_out} = state().changes;
  const session = state().opened?.session;
  if (place === null || session === undefined || tree === null)
    throw new Error('There is nothing to checkpoint before the worktree is prepared.');
  try {
    const made = await ports.worktrees.checkpoint(place, session);
    record({type: 'files.checkpointed', step, ...(made ?? {tree, changed: [], left_out})});
  } catch (error) {
    if (error instanceof LogRefused) throw error;
    record({
      type: 'degraded',
      what: 'checkpoint',
      why: `Step ${step} was not checkpointed: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}
