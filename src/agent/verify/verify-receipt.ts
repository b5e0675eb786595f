import {contradictions} from '../../core/audit/arithmetic.ts';
import {fieldsThatDiffer, firstDifference} from '../../core/audit/compare.ts';
import type {Fault} from '../../core/audit/fault.ts';
import type {Receipt} from '../../core/audit/receipts.ts';
import {sha256} from '../../core/log/chain.ts';
import type {Cut} from '../../core/truncation/cutter.ts';
import {BlobDamaged} from '../../ports/blobs.ts';
import {cutAgain} from '../cut-again.ts';
import type {BlobChecks} from './blob-checks.ts';

/** `view`: cut again and the same; only its own hash agrees, since this build lacks its policy; or neither. */
export type ReceiptProof = {view: 'same' | 'hash-only' | 'unproven'; problems: readonly Problem[]};
export type Problem = Pick<Fault, 'what' | 'bytes' | 'why'> & {
  /** Null where the fault is in the record itself. */
  file: string | null;
};

/** Everything that can be known of one output: its bytes, its view, and the receipt's own figures. */
export async function verifyReceipt(receipt: Receipt, checks: BlobChecks): Promise<ReceiptProof> {
  const {excerpt} = receipt;
  const figures = contradictions(excerpt).map(why => inRecord(why));
  const cut = await cutOrNull(receipt, checks);
  const stored = await Promise.all([...new Set([excerpt.blob, excerpt.view])].map(ref => checks.check(ref)));
  const damage = stored.filter(fault => fault !== null).map(fault => ({what: 'blob' as const, ...fault}));
  const sound = damage.length === 0;
  if (cut === null) return {view: sound ? 'hash-only' : 'unproven', problems: [...figures, ...damage]};
  const differences =
    cut === 'damaged' ? [] : [...(await viewProblems(receipt, cut, checks)), ...fieldsThatDiffer(excerpt, cut).map(inRecord)];
  const problems = [...figures, ...damage, ...differences];
  return {view: problems.length === 0 ? 'same' : 'unproven', problems};
}

const inRecord = (why: string): Problem => ({what: 'receipt', file: null, bytes: null, why: `in the receipt, ${why}`});

/** Null where this build lacks the policy. */
async function cutOrNull(receipt: Receipt, checks: BlobChecks): Promise<Cut | 'damaged' | null> {
  try {
    const cut = await cutAgain(receipt, checks.blobs, checks.passed);
    if (cut === null) return null;
    if (cut.stdout_sha256 !== receipt.excerpt.blob) return 'damaged';
    checks.proven(receipt.excerpt.blob);
    return cut;
  } catch (error) {
    // What exactly is wrong with it is said by its own check.
    if (error instanceof BlobDamaged || (error instanceof Error && 'syscall' in error)) return 'damaged';
    throw error;
  }
}

async function viewProblems({excerpt, text}: Receipt, cut: Cut, checks: BlobChecks): Promise<readonly Problem[]> {
  const file = checks.blobs.where(excerpt.view);
  const started = text === null || text.startsWith(Buffer.from(cut.text).toString('utf8'));
  const prompt = started
    ? []
    : [{what: 'view' as const, file: null, bytes: null, why: 'what stood in the request does not begin with its view'}];
  if (sha256(cut.text) === excerpt.view) return prompt;
  return [{what: 'view', file, bytes: null, why: await difference(excerpt.view, cut, checks)}, ...prompt];
}

/** Where the kept view and the one that was cut again part ways. */
async function difference(ref: Receipt['excerpt']['view'], cut: Cut, {blobs}: BlobChecks): Promise<string> {
  const kept = Buffer.alloc(cut.text.length + 1);
  let length = 0;
  try {
    for await (const bytes of blobs.read(ref, {start: 0, end: kept.length})) length += Buffer.from(bytes).copy(kept, length);
  } catch (error) {
    if (!(error instanceof BlobDamaged)) throw error;
    return 'the view that was kept cannot be read, and it is not the one that its original gives';
  }
  const first = firstDifference(kept.subarray(0, length), cut.text);
  const where = first === null ? 'its end' : `byte ${first.at}, in line ${first.line}`;
  return `the view that was kept is not the one that its original gives: they differ from ${where} of its text on`;
}
