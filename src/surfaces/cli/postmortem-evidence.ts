import {calledAs} from '../../core/storms/called.ts';
import {signatureOf} from '../../core/storms/failure.ts';
import {signatureRules} from '../../core/storms/signature.ts';
import {endingOf} from '../../core/postmortem/ending.ts';
import {ErrorScan, type ErrorLines} from '../../core/postmortem/error-lines.ts';
import type {Ending} from '../../core/postmortem/judge-timeout.ts';
import {droppedRuns} from '../../core/truncation/dropped.ts';
import type {ToolCall} from '../../core/vocabulary/block.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {BlobRef, CallId} from '../../core/vocabulary/ids.ts';
import {BlobDamaged, type Blobs} from '../../ports/blobs.ts';

/** What the blobs say beside the log. Null where a blob cannot be read, or a receipt contradicts itself: it is counted nowhere. */
export type BlobEvidence = {
  view: (excerpt: Excerpt) => Promise<string | null>;
  /** The lines that look like errors among those that were not shown whole, streamed. */
  dropped: (excerpt: Excerpt) => Promise<ErrorLines | null>;
  ending: (excerpt: Excerpt) => Promise<Ending | null>;
};

export function blobEvidence(blobs: Blobs): BlobEvidence {
  return {
    view: ({view}) => whole(blobs, view),
    dropped: excerpt => unlessDamaged(() => scanned(excerpt, blobs)),
    ending: ({blob, total}) =>
      unlessDamaged(async () => endingOf(await textOf(blobs, blob, {start: Math.max(0, total.bytes - endBytes), end: total.bytes}))),
  };
}

const endBytes = 65_536;
/** A view is bounded by its policy; a whole output under a budget of any size may be larger. */
const mostViewBytes = 1_000_000;

async function scanned(excerpt: Excerpt, blobs: Blobs): Promise<ErrorLines | null> {
  const scan = new ErrorScan();
  const dropped = droppedRuns(excerpt);
  if (dropped === null) return null;
  for (const {start, end, first} of dropped) {
    scan.startAt(first);
    for await (const bytes of blobs.read(excerpt.blob, {start, end})) scan.push(bytes);
  }
  return scan.finish();
}

function whole(blobs: Blobs, ref: BlobRef): Promise<string | null> {
  return unlessDamaged(async () => textOf(blobs, ref, {start: 0, end: Math.min(mostViewBytes, (await blobs.size(ref))?.bytes ?? 0)}));
}

async function textOf(blobs: Blobs, ref: BlobRef, range: {start: number; end: number}): Promise<string> {
  const pieces: Uint8Array[] = [];
  if (range.end > range.start) for await (const bytes of blobs.read(ref, range)) pieces.push(bytes);
  return Buffer.concat(pieces).toString('utf8');
}

async function unlessDamaged<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof BlobDamaged) return null;
    throw error;
  }
}

/** The records with the signatures that a log of an earlier version lacks, or had made by other rules: only those that can be compared count. */
export async function* withSignatures(records: AsyncIterable<Recorded>, evidence: BlobEvidence): AsyncGenerator<Recorded> {
  let calls = new Map<CallId, ToolCall>();
  for await (const record of records) {
    const {event} = record;
    if (event.type === 'model.replied') calls = new Map(event.content.filter(block => block.type === 'call').map(call => [call.id, call]));
    const call = event.type === 'tool.finished' ? calls.get(event.call) : undefined;
    if (event.type !== 'tool.finished' || call === undefined || event.outcome.kind !== 'ran') yield record;
    else {
      const {signature, ...outcome} = event.outcome;
      const known = signature?.id.startsWith(`${signatureRules}:`) ?? false;
      const text = known || (outcome.exit === 0 && outcome.settled === 'exit') ? null : await evidence.view(outcome.shown);
      const found = known ? signature : text === null ? null : signatureOf(outcome, text, calledAs(call, []).key);
      yield {...record, event: {...event, outcome: {...outcome, ...(found ? {signature: found} : {})}}};
    }
  }
}
