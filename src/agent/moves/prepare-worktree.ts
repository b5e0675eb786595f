import {LogRefused} from '../../ports/log.ts';
import type {Scene} from '../scene.ts';
import type {Requests} from './requests.ts';
import {Stop} from '../stop.ts';

/** Without a place to work in nothing can be done: where it cannot be made, the run ends. */
export async function prepareWorktree({ports, state, record}: Scene, requests: Requests): Promise<void> {
  await requests.sent();
  const {repo, place} = state().changes;
  const session = state().opened?.session;
  if (place === null || session === undefined) throw new Error('The session has not been opened.');
  try {
    const {base, head, left_out, dependencies} =
      place.kind === 'worktree' && repo !== null
        ? await ports.worktrees.prepare(repo, place, session)
        : await ports.worktrees.open(repo, place, session, null);
    record({type: 'worktree.prepared', base, head, left_out, dependencies});
  } catch (cause) {
    if (cause instanceof LogRefused) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Stop(
      1,
      `The worktree ${place.root} could not be made: ${why}\nNothing was changed. Mend it and try again, or work in the checkout itself: agent --in-place`,
      {cause},
    );
  }
}
