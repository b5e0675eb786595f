import {isSessionEvent} from '../../core/log/event-types.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {Sha256} from '../../core/vocabulary/ids.ts';
import type {Blobs} from '../../ports/blobs.ts';
import {verifyRequests} from '../verify/verify-requests.ts';

type Records = readonly Recorded<{type: string}>[];

/**
 * The erased records with the hashes of the requests that they make now. Only what followed from the log before may follow from it afterwards:
 * the others keep their hash, and are named.
 */
export async function withRequestHashes(
  before: Records,
  after: Records,
  blobs: Blobs,
): Promise<{records: Records; unproven: readonly number[]}> {
  const hashes = new Map<number, Sha256>();
  const unproven: number[] = [];
  const agreed = new Map<number, boolean>();
  for await (const proof of verifyRequests(known(before), blobs)) agreed.set(proof.record.seq, proof.agrees === true);
  for await (const proof of verifyRequests(known(after), blobs)) {
    const {seq} = proof.record;
    if (agreed.get(seq) !== true || proof.agrees === null) unproven.push(proof.step);
    else if (!proof.agrees) hashes.set(seq, proof.rebuilt);
  }
  const records = after.map(record => {
    const sha256 = hashes.get(record.seq);
    return sha256 === undefined ? record : {...record, event: {...record.event, sha256}};
  });
  return {records, unproven};
}

const known = (records: Records): readonly Recorded[] => records.filter((record): record is Recorded => isSessionEvent(record.event));
