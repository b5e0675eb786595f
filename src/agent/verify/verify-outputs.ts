import {blobsNamed} from '../../core/audit/blobs-named.ts';
import type {Fault} from '../../core/audit/fault.ts';
import {receiptIn} from '../../core/audit/receipts.ts';
import type {BlobRef, SessionId} from '../../core/vocabulary/ids.ts';
import type {BlobChecks} from './blob-checks.ts';
import {inParallel} from './in-parallel.ts';
import {isKnown, nextOf, type Doubt, type Known} from './doubt.ts';
import type {ReadLog} from './read-log.ts';
import {verifyReceipt, type Problem} from './verify-receipt.ts';

/** Every blob that the records of a log name, and every view that they hold the receipt of. */
export async function verifyOutputs({entries, file}: ReadLog, checks: BlobChecks, id: SessionId) {
  const known = entries.filter(isKnown);
  const views = {same: 0, hash_only: 0, interleaved: 0};
  const named = new Set<BlobRef>();
  const faults: Fault[] = [];
  const unproven: Doubt[] = [];
  const fault = ({record, place}: Known, {file: at, ...problem}: Problem) => {
    faults.push({...problem, file: at ?? file, line: place.line, seq: record.seq, next: nextOf(problem.what, id, at)});
  };
  await inParallel(known, atOnce, async entry => {
    const receipt = receiptIn(entry.record.event);
    const refs = blobsNamed(entry.record.event).map(({ref}) => ref);
    for (const ref of refs) named.add(ref);
    if (receipt === null) {
      for (const ref of refs) {
        const wrong = await checks.check(ref);
        if (wrong !== null) fault(entry, {what: 'blob', ...wrong});
      }
      return;
    }
    const proof = await verifyReceipt(receipt, checks);
    const {streams, policy} = receipt.excerpt;
    if (streams.stdout.bytes > 0 && streams.stderr.bytes > 0) views.interleaved++;
    if (proof.view === 'same') views.same++;
    if (proof.view === 'hash-only') views.hash_only++;
    if (proof.view === 'hash-only')
      unproven.push({
        what: 'view',
        why: `views made under ${policy}, which this version does not have: only the sha256 of what was kept agrees`,
      });
    for (const problem of proof.problems) fault(entry, problem);
  });
  return {views, named: named.size, faults, unproven};
}

/** Reading and decompressing go on other threads; more than this only costs memory. */
const atOnce = 3;
