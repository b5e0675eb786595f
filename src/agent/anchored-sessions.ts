import type {SessionId} from '../core/vocabulary/ids.ts';
import {LogDamaged, type Catalogue} from '../ports/catalogue.ts';

/** When the home log was last told of a session that was not removed since, in milliseconds since 1970; as far as it can be read. */
export async function anchoredSessions(catalogue: Catalogue): Promise<ReadonlyMap<SessionId, number>> {
  const anchored = new Map<SessionId, number>();
  try {
    for await (const {at, event} of catalogue.home()) {
      if (event.type === 'session.removed' && 'session' in event) anchored.delete(event.session);
      if (event.type === 'session.anchored' && 'session' in event) anchored.set(event.session, Date.parse(at));
    }
  } catch (error) {
    // What stands behind a bad line of the home log is found by `agent audit verify`, which names the line.
    if (!(error instanceof LogDamaged)) throw error;
  }
  return anchored;
}
