import {recentRecords} from '../../agent/recent-records.ts';
import type {Session} from '../../agent/session.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {Store} from './store.ts';

/** Feeds the session into the store: what is on the log, then every record and every glance from now on. Resolves when the past is there. */
export async function follow(session: Session, {dispatch}: Pick<Store, 'dispatch'>): Promise<() => void> {
  const early: Recorded[] = [];
  let isPast = true;
  const stopWatching = session.watch(record =>
    isPast ? void early.push(record) : dispatch({type: 'record', record, state: session.state()}),
  );
  const stopGlancing = session.glance(progress => dispatch({type: 'progress', progress}));
  const records: Recorded[] = [];
  for await (const record of session.history(recentRecords)) records.push(record);
  const newest = records.at(-1)?.seq ?? -1;
  // Records that came while the log was read may be in both.
  dispatch({type: 'past', records: [...records, ...early.filter(({seq}) => seq > newest)], state: session.state()});
  isPast = false;
  return () => {
    stopWatching();
    stopGlancing();
  };
}
