import {eraseText} from '../../core/erasure/erase.ts';
import {isSessionEvent} from '../../core/log/event-types.ts';
import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
import type {BlobRef, SessionId} from '../../core/vocabulary/ids.ts';
import {Stop} from '../stop.ts';
import {eraseRecords, type Erasing} from './erased-records.ts';
import type {Held} from './held-sessions.ts';
import type {RedactPorts} from './redact-ports.ts';
import {withRequestHashes} from './request-hashes.ts';

/** Puts a log without the value in the place of a session's own. The home log is told before, so that nobody takes it for another's work. */
export async function eraseSession(
  session: Held,
  erasing: Erasing,
  {catalogue, blobs, rewriting, now}: RedactPorts,
): Promise<{gone: readonly BlobRef[]; unproven: readonly number[]}> {
  const {id} = session;
  const before = await session.records();
  refusePlaces(id, before, erasing);
  const was = before.at(-1);
  if (was === undefined) throw new Error('A session without a record holds nothing.');
  const erased = await eraseRecords(before, erasing);
  const {records, unproven} = await withRequestHashes(before, erased.records, blobs);
  const event: SessionEvent = {
    type: 'session.redacted',
    placeholder: erasing.leaked.label.toString('utf8'),
    places: erased.places + erased.blobs.places,
    records: erased.changed,
    blobs: erased.blobs.gone.length,
    was: {seq: was.seq, hash: was.hash},
    unproven,
  };
  const {hashes, swap} = rewriting.begin(id, [...records, {at: now(), event}], erased.blobs.gone);
  await catalogue.note({type: 'session.redacted', session: id, seq: was.seq, was: was.hash, hash: hashes[was.seq]!});
  swap();
  await catalogue.note({type: 'session.anchored', session: id, seq: was.seq + 1, hash: hashes.at(-1)!});
  return {gone: erased.blobs.gone, unproven};
}

/** The session would not find its own files again. */
function refusePlaces(id: SessionId, records: readonly Recorded<{type: string}>[], {leaked}: Erasing): void {
  for (const {event} of records) {
    if (!isSessionEvent(event) || event.type !== 'session.opened') continue;
    const places = [event.repo ?? '', event.place.root, event.place.cwd];
    if (places.every(place => eraseText(place, leaked).count === 0)) continue;
    throw new Stop(
      1,
      `Session ${id} works in a folder that has the value in its path: nothing was changed.\nTake the session away instead: agent sessions rm ${id}`,
    );
  }
}
