import type {Fold} from '../log/fold.ts';
import {Growing} from '../log/growing.ts';
import type {Recorded} from '../vocabulary/event.ts';
import type {Excerpt} from '../vocabulary/excerpt.ts';
import type {CallId} from '../vocabulary/ids.ts';

/** Every output of the session, oldest first; `call` is null for a prompt that was too large to be shown whole. */
export type Outputs = Growing<{call: CallId | null; excerpt: Excerpt}>;

export const outputs: Fold<Outputs> = {initial: new Growing(), apply};

/** What names a prompt that was too large, in its view and for `read_output`. */
export const promptLabel = 'prompt';

function apply(state: Outputs, {event}: Recorded): Outputs {
  if (event.type === 'user.prompted' || event.type === 'user.steered')
    return event.whole === undefined ? state : state.with({call: null, excerpt: event.whole});
  if (
    (event.type !== 'tool.finished' && event.type !== 'result.replaced') ||
    !('shown' in event.outcome) ||
    event.outcome.shown === undefined
  )
    return state;
  return state.with({call: event.call, excerpt: event.outcome.shown});
}
