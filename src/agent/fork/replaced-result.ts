import type {SessionState} from '../../core/projections/session-state.ts';
import type {SessionEvent} from '../../core/vocabulary/event.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {CallId} from '../../core/vocabulary/ids.ts';
import type {Outcome} from '../../core/vocabulary/outcome.ts';

/** The result of a call as a session holds it; null where there is none. */
export function resultOf({trace}: Pick<SessionState, 'trace'>, call: CallId): Outcome | null {
  const found = [...trace.entries].findLast(entry => entry.kind === 'result' && entry.call === call);
  return found?.kind === 'result' ? found.outcome : null;
}

/** The same call with another output. What never ran is taken for done: its result is now what was written. */
export function replacedResult(call: CallId, outcome: Outcome, shown: Excerpt): Extract<SessionEvent, {type: 'result.replaced'}> {
  switch (outcome.kind) {
    case 'ran': {
      const {signature: _, ...rest} = outcome;
      return {type: 'result.replaced', call, outcome: {...rest, shown}};
    }
    case 'done':
    case 'failed':
    case 'refused':
    case 'lost':
      return {type: 'result.replaced', call, outcome: {kind: 'done', shown}};
  }
}
