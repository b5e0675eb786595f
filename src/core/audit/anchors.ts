import type {Recorded} from '../vocabulary/event.ts';
import type {HomeEvent} from '../vocabulary/home-event.ts';
import type {SessionId, Sha256} from '../vocabulary/ids.ts';

/**
 * A record that a session's log held when the home log was told of it. `line` is the anchor's own, in the home log. `was` is its hash before a
 * value was taken out of the log, which is put in place right after that is noted.
 */
export type Anchor = {hash: Sha256; line: number; was?: Sha256};

/** By session, then by record number. A session that was removed has none. */
export type Anchors = ReadonlyMap<SessionId, ReadonlyMap<number, Anchor>>;

export function anchorsIn(records: Iterable<Recorded<HomeEvent>>): Anchors {
  const anchors = new Map<SessionId, Map<number, Anchor>>();
  for (const {seq, event} of records) {
    if (event.type === 'session.removed') anchors.delete(event.session);
    if (event.type === 'session.redacted')
      anchors.set(event.session, new Map([[event.seq, {hash: event.hash, was: event.was, line: seq + 1}]]));
    if (event.type === 'log.repaired') anchors.set(event.session, new Map([[event.seq, {hash: event.hash, line: seq + 1}]]));
    if (event.type !== 'session.anchored') continue;
    const known = anchors.get(event.session) ?? new Map<number, Anchor>();
    anchors.set(event.session, known.set(event.seq, {hash: event.hash, line: seq + 1}));
  }
  return anchors;
}
