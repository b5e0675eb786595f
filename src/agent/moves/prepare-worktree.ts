import type {Scene} from '../perform.ts';

/** The session has no place to work in: nothing can be done without one. */
export class PlaceFailed extends Error {
  override readonly name = 'PlaceFailed';
}

export async function prepareWorktree({ports, state, record}: Scene): Promise<void> {
  const {repo, place} = state().changes;
  const session = state().opened?.session;
  if (place === null || session === undefined) throw new Error('The session has not been opened.');
  try {
    const {base, head, left_out, dependencies} =
      place.kind === 'worktree' && repo !== null ? await ports.worktrees.prepare(repo, place, session) : await ports.worktrees.open(repo, place, session, null);
    record({type: 'worktree.prepared', base, head, left_out, dependencies});
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PlaceFailed(`The worktree ${place.root} could not be made: ${why}\nNothing was changed. Mend it and try again, or work in the checkout itself: agent --in-place`, {cause});
  }
}
