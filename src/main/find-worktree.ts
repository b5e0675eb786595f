import {existsSync} from 'node:fs';
import type {Trust, Trusted} from '../agent/program.ts';
import {Stop} from '../agent/stop.ts';
import type {SessionState} from '../core/projections/session-state.ts';
import type {FoundWorktree, Place, SessionEvent} from '../core/vocabulary/event.ts';
import type {GitTree, SessionId} from '../core/vocabulary/ids.ts';
import {WorktreeRefused, type Checkpoint, type Worktrees} from '../ports/worktree.ts';

/** How the worktree was found, and what else is to be recorded of it. */
export type Found = {worktree: FoundWorktree; events: readonly SessionEvent[]};

type Finding = {id: SessionId; trust: Trust; worktrees: Worktrees};

/**
 * Opens the worktree of a session that is gone on with. Files that differ from the last checkpoint though no call of the session can have changed them are checkpointed
 * first, so that nothing is lost whichever of the two is trusted.
 */
export async function findWorktree(state: SessionState, {id, trust, worktrees}: Finding): Promise<Found> {
  const {repo, place, tree} = state.changes;
  if (state.turn.place === 'planned' || place === null) return asLeft;
  const opened = await worktrees.open(repo, place, id, tree).catch(gone(id, repo));
  try {
    if (opened.state === 'recreated') return {worktree: 'recreated', events: []};
    if (tree === null || isExplained(state)) return asLeft;
    return await compared({place, tree, step: state.turn.step}, {id, trust, worktrees});
  } catch (error) {
    await worktrees.leave(id);
    throw error;
  }
}

const asLeft: Found = {worktree: 'as-left', events: []};

/** A step whose files are not checkpointed yet, or a call that was lost, may have changed any of them: the step's own checkpoint takes them in. */
export const isExplained = ({turn}: SessionState): boolean =>
  turn.unsaved !== null || [...turn.calls.values()].some(pending => pending.at === 'started' && !pending.read_only);

type Known = {place: Place; tree: GitTree; step: number};

async function compared({place, tree, step}: Known, {id, trust, worktrees}: Finding): Promise<Found> {
  const now = await lookedAt(place, id, worktrees);
  if (now === null) return asLeft;
  if (typeof now === 'string') return {worktree: 'as-left', events: [{type: 'degraded', what: 'checkpoint', why: now}]};
  if (now.changed.length === 0) return {worktree: 'as-left', events: [{type: 'files.checkpointed', step, ...now}]};
  const trusted = await decided({place, tree, now}, {id, trust, worktrees});
  if (trusted === 'checkpoint') await worktrees.restore(place, id, tree).catch(keptAsItIs(id));
  return {worktree: {differs: now.changed, trusted, tree: now.tree, left_out: now.left_out}, events: []};
}

/** A sentence where it could not be looked: that stops nobody from going on. */
async function lookedAt(place: Place, id: SessionId, worktrees: Worktrees): Promise<Checkpoint | null | string> {
  try {
    return await worktrees.checkpoint(place, id);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `Whether files changed since the last checkpoint is not known: ${why}`;
  }
}

/** In the user's own checkout their changes are what they want: nobody is asked there. */
async function decided({place, tree, now}: {place: Place; tree: GitTree; now: Checkpoint}, {trust, worktrees}: Finding): Promise<Trusted> {
  if (typeof trust === 'string') return trust;
  if (place.kind === 'in-place') return 'folder';
  return await trust({root: place.root, files: await worktrees.changed(place, tree, now.tree)});
}

function keptAsItIs(id: SessionId): (error: unknown) => never {
  return error => {
    if (!(error instanceof WorktreeRefused)) throw error;
    const hint = error.hint === undefined ? '' : `${error.hint}\n`;
    throw new Stop(
      1,
      `The checkpoint could not be put back: ${error.message}\n${hint}Or go on with the folder as it is: agent resume ${id} --trust folder`,
      {
        cause: error,
      },
    );
  };
}

function gone(id: SessionId, repo: string | null): (error: unknown) => never {
  return error => {
    if (!(error instanceof WorktreeRefused) || error.code !== 'no-repository' || repo === null) throw error;
    throw new Stop(1, movedAway(id, repo), {cause: error});
  };
}

/** A repository that was moved or taken away: the session's records and checkpoints are all there. */
export function stopIfGone(id: SessionId, folder: string): void {
  if (!existsSync(folder)) throw new Stop(1, movedAway(id, folder));
}

const movedAway = (id: SessionId, folder: string): string =>
  `The folder that session ${id} works for is gone, or no git repository any more: ${folder}
Where it was moved, say where it is now: agent resume ${id} --repo DIR
Nothing of the session is lost; look at it with: agent replay ${id}`;
