import type {Fault} from '../../core/audit/fault.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {BlobChecks} from './blob-checks.ts';
import {isKnown, nextOf, type Doubt} from './doubt.ts';
import type {ReadLog} from './read-log.ts';
import {verifyRequests} from './verify-requests.ts';

/** Every request of a log, as far as the log is whole. */
export async function requestFaults(log: ReadLog, {blobs}: BlobChecks, id: SessionId) {
  const known = log.entries.filter(isKnown);
  const whole = log.entries.slice(0, log.whole).filter(isKnown);
  const places = new Map(whole.map(({record, place}) => [record.seq, place]));
  const faults: Fault[] = [];
  const unproven: Doubt[] = known
    .slice(whole.length)
    .filter(({record}) => record.event.type === 'context.assembled')
    .map(() => ({what: 'request', why: 'the log before them is not whole'}));
  const counts = {agree: 0, not_built: unproven.length};
  const taken = new Set(known.flatMap(({record: {event}}) => (event.type === 'session.redacted' ? event.unproven : [])));
  for await (const proof of verifyRequests(
    whole.map(({record}) => record),
    blobs,
  )) {
    if (proof.agrees === true) counts.agree++;
    else counts.not_built++;
    if (proof.agrees === null) unproven.push({what: 'request', why: proof.why});
    if (proof.agrees !== false) continue;
    if (taken.has(proof.step)) {
      unproven.push({what: 'request', why: 'a value was taken out of what they were made of, and they could not be made again'});
      continue;
    }
    const {line = 0, ...range} = places.get(proof.record.seq) ?? {start: 0, end: 0};
    const why = `the request of step ${proof.step}, built again from its plan, has the sha256 ${proof.rebuilt}, and the record says another`;
    faults.push({what: 'request', file: log.file, line, seq: proof.record.seq, bytes: range, why, next: nextOf('request', id, null)});
  }
  return {counts, faults, unproven};
}
