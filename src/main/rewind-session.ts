import {anchor} from '../agent/anchors.ts';
import {rewind, type Rewind, type RewindRequest} from '../agent/rewind.ts';
import {Stop} from '../agent/stop.ts';
import {sessionState} from '../core/projections/session-state.ts';
import type {SessionEvent} from '../core/vocabulary/event.ts';
import type {SessionId} from '../core/vocabulary/ids.ts';
import {SessionBusy} from '../ports/catalogue.ts';
import {stopIfDamaged} from './damaged-session.ts';
import {stopIfGone} from './find-worktree.ts';
import {foldedSession} from './folded-session.ts';
import type {Parts} from './parts.ts';
import {fromElsewhere, isElsewhere} from './whereabouts.ts';

/** Takes a session back while no program has it open. */
export async function rewindSession(id: SessionId, request: RewindRequest, parts: Parts): Promise<Rewind> {
  const [catalogue, worktrees] = await Promise.all([parts.catalogue(), parts.worktrees()]);
  const {log} = await catalogue.open(id).catch((error: unknown) => {
    if (error instanceof SessionBusy) throw new Stop(1, `${error.message} Use /rewind in it.`, {cause: error});
    return stopIfDamaged(id, parts.home)(error);
  });
  try {
    let {state} = await foldedSession(id, log, parts.home).catch(stopIfDamaged(id, parts.home));
    const {turn, changes} = state;
    // What a call did that never ended is for the session itself to find out.
    if (turn.owes !== 'human' || [...turn.calls.values()].some(({at}) => at === 'started'))
      throw new Stop(
        1,
        `Session ${id} ended in the middle of a turn.\nGo on with it first: agent resume ${id}   or take an earlier step elsewhere: agent fork ${id}@${Math.max(0, turn.step - 1)}`,
      );
    const record = (event: SessionEvent) => {
      for (const made of log.append(event)) state = sessionState.apply(state, made);
    };
    const {place, repo, tree} = changes;
    const opens = request.what !== 'talk' && place !== null && tree !== null && turn.place === 'ready';
    if (opens && (await isElsewhere(changes, id, parts))) throw new Stop(2, fromElsewhere(id));
    if (opens) stopIfGone(id, repo ?? place.root);
    if (opens) await worktrees.open(repo, place, id, tree);
    const done = await rewind(request, {state: () => state, end: () => log.last.seq, record, worktrees}).finally(() =>
      opens ? worktrees.leave(id) : undefined,
    );
    await log.sync();
    if (done.kind === 'rewound') await anchor(log, id, event => catalogue.note(event));
    return done;
  } finally {
    await log.close();
  }
}
