import {isSessionEvent} from '../core/log/event-types.ts';
import {sessionState, type SessionState} from '../core/projections/session-state.ts';
import type {Recorded} from '../core/vocabulary/event.ts';

/** Folds what is on a log already, from its beginning or from the state before; events of unknown types are passed over. */
export async function foldLog(records: AsyncIterable<Recorded<{type: string}>>, before = sessionState.initial): Promise<SessionState> {
  let state = before;
  for await (const record of records) if (isSessionEvent(record.event)) state = sessionState.apply(state, record as Recorded);
  return state;
}
