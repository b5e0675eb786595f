import type {Session} from '../../agent/session.ts';
import {sessionState} from '../../core/projections/session-state.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {Store} from './store.ts';

/** Feeds the session into the store: what is on the log, then every record and every glance from now on. Resolves when the past is there. */
export async function follow(session: Session, {dispatch}: Pick<Store, 'dispatch'>): Promise<() => void> {
  const early: Recorded[] = [];
  let past = true;
  const stopWatching = session.watch(record => (past ? void early.push(record) : dispatch({type: 'record', record, state: session.state()})));
  const stopGlancing = session.glance(progress => dispatch({type: 'progress', progress}));
  let state = sessionState.initial;
  let seq = -1;
  const show = (record: Recorded) => {
    if (record.seq <= seq) return;
    seq = record.seq;
    state = sessionState.apply(state, record);
    dispatch({type: 'record', record, state});
  };
  for await (const record of session.history()) show(record);
  for (const record of early) show(record);
  past = false;
  return () => {
    stopWatching();
    stopGlancing();
  };
}
