import type {SessionState} from '../core/projections/session-state.ts';
import type {SessionEvent} from '../core/vocabulary/event.ts';
import type {Anchors} from './anchors.ts';
import type {Ports} from './ports.ts';

/** The end of a run: nothing is left running, the checkpoints are complete, and the home log knows how long this log is. */
export async function leave({
  ports,
  state,
  record,
  anchors,
}: {
  ports: Ports;
  anchors: Anchors;
  state: () => SessionState;
  record: (...events: SessionEvent[]) => void;
}): Promise<void> {
  const attempt = async (what: string, act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      // What the session did is done and told, whatever becomes of this.
      record({type: 'degraded', what, why: `At the end of the run: ${error instanceof Error ? error.message : String(error)}`});
    }
  };
  const {opened, turn} = state();
  if (opened === null) return;
  // Until then the checkpoints lean on the user's objects, which the user may prune.
  if (turn.place === 'ready') await attempt('settle', () => ports.worktrees.leave(opened.session));
  // A log that was shortened by whole lines is found by its anchor.
  await attempt('anchor', () => anchors.now());
}
