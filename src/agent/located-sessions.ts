import type {SessionId} from '../core/vocabulary/ids.ts';
import {LogDamaged, type Catalogue} from '../ports/catalogue.ts';

/** The sessions of which the home log was told that their repository is elsewhere than their first record says; as far as it can be read. */
export async function locatedSessions(catalogue: Catalogue): Promise<ReadonlySet<SessionId>> {
  const located = new Set<SessionId>();
  try {
    for await (const {event} of catalogue.home()) if (event.type === 'session.located' && 'session' in event) located.add(event.session);
  } catch (error) {
    // What stands behind a bad line of the home log is found by `agent audit verify`, which names the line.
    if (!(error instanceof LogDamaged)) throw error;
  }
  return located;
}
