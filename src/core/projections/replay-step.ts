import type {Fold} from '../log/fold.ts';
import type {Recorded} from '../vocabulary/event.ts';

/**
 * Which step a record belongs to when a session is shown again: a prompt, a rewind and a fork belong to the step that comes after them, and what stands
 * before the first request to step 1. `asked` is the newest step whose request has been made, 0 before the first.
 */
export type ReplayStep = {step: number; asked: number};

export const replayStep: Fold<ReplayStep> = {initial: {step: 1, asked: 0}, apply};

function apply(state: ReplayStep, {event}: Recorded): ReplayStep {
  if (event.type === 'user.prompted' || event.type === 'session.rewound' || event.type === 'session.forked')
    return {...state, step: state.asked + 1};
  if (event.type !== 'context.assembled') return state;
  const asked = Math.max(state.asked, event.step);
  return {step: asked, asked};
}
