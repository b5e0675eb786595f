import {createHmac} from 'node:crypto';
import {blobsNamed} from '../../core/audit/blobs-named.ts';
import {receiptIn, type Receipt} from '../../core/audit/receipts.ts';
import {eraseEvent} from '../../core/erasure/erase-event.ts';
import {eraseText} from '../../core/erasure/erase.ts';
import type {Leaked} from '../../core/erasure/leaked.ts';
import {isSessionEvent} from '../../core/log/event-types.ts';
import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import type {Blobs} from '../../ports/blobs.ts';
import {ErasedBlobs, textOf} from './erased-blobs.ts';

/** A session without the value. `places` and `records` are of the log, `gone` the blobs that held it and have another name now. */
export type ErasedRecords = {
  records: readonly Recorded<{type: string}>[];
  places: number;
  changed: number;
  blobs: {places: number; gone: readonly BlobRef[]; missing: readonly BlobRef[]};
};

export type Erasing = {blobs: Blobs; leaked: Leaked; key: Uint8Array; write: boolean};

/** Makes every record without the value, and the blobs that they name; records keep their numbers and times. */
export async function eraseRecords(records: readonly Recorded<{type: string}>[], erasing: Erasing): Promise<ErasedRecords> {
  const found = await eraseNamed(records, erasing);
  const counts = {places: 0, changed: 0};
  const erased: Recorded<{type: string}>[] = [];
  for (const record of records) {
    const renewed = await withExcerpt(record, found.excerpts, erasing.blobs);
    const {event, count} = eraseEvent(renewed, text => eraseText(text, erasing.leaked), found.names);
    counts.places += count;
    if (JSON.stringify(event) !== JSON.stringify(record.event)) counts.changed++;
    erased.push({...record, event});
  }
  return {records: erased, ...counts, blobs: {places: found.places, gone: [...found.gone], missing: found.missing}};
}

/** `excerpts` are the receipts as they are now, by record; `names` what blobs and failures are called now. */
type Named = {places: number; gone: Set<BlobRef>; missing: readonly BlobRef[]; names: Map<string, string>; excerpts: Map<number, Excerpt>};

/** What the records name comes first: a later one may name it in words. */
async function eraseNamed(records: readonly Recorded<{type: string}>[], {key, ...erasing}: Erasing): Promise<Named> {
  const store = new ErasedBlobs(erasing);
  const named: Named = {places: 0, gone: new Set(), missing: [], names: new Map(), excerpts: new Map()};
  const note = async (ref: BlobRef, now: BlobRef): Promise<void> => {
    const {count} = await store.blob(ref);
    if (count === 0 || named.gone.has(ref)) return;
    named.gone.add(ref);
    named.places += count;
    named.names.set(ref, now);
  };
  for (const {seq, event} of records) {
    if (!isSessionEvent(event)) continue;
    for (const {ref, as} of blobsNamed(event)) if (as !== 'original' && as !== 'view') await note(ref, (await store.blob(ref)).ref);
    const receipt = receiptIn(event);
    if (receipt === null) continue;
    const excerpt = await store.excerpt(receipt);
    await note(receipt.excerpt.blob, excerpt.blob);
    await note(receipt.excerpt.view, excerpt.view);
    named.excerpts.set(seq, excerpt);
    if (excerpt.blob !== receipt.excerpt.blob) for (const id of signatureIn(event)) named.names.set(id, renamedSignature(id, key));
  }
  return {...named, missing: [...store.missing]};
}

async function withExcerpt(
  {seq, event}: Recorded<{type: string}>,
  excerpts: ReadonlyMap<number, Excerpt>,
  blobs: Blobs,
): Promise<{type: string}> {
  const excerpt = excerpts.get(seq);
  if (excerpt === undefined || !isSessionEvent(event)) return event;
  if (event.type === 'tool.finished' || event.type === 'result.replaced')
    return {...event, outcome: {...event.outcome, shown: excerpt}} as SessionEvent;
  const receipt = receiptIn(event);
  if (receipt === null || receipt.excerpt.view === excerpt.view) return event;
  return {...event, text: await textWith(receipt, excerpt, blobs), whole: excerpt} as SessionEvent;
}

async function textWith(receipt: Receipt, excerpt: Excerpt, blobs: Blobs): Promise<string> {
  const [before, after] = await Promise.all(
    [receipt.excerpt.view, excerpt.view].map(async ref => new TextDecoder().decode(await blobs.get(ref))),
  );
  return textOf(receipt, before!, after!);
}

/** The id of a failure is a hash of lines that may hold the value: who has the rest of them could try values against it. */
function signatureIn(event: SessionEvent): readonly string[] {
  const signature = event.type === 'tool.finished' && 'signature' in event.outcome ? event.outcome.signature : undefined;
  return signature === undefined ? [] : [signature.id];
}

function renamedSignature(id: string, key: Uint8Array): string {
  const [rules = ''] = id.split(':');
  return `${rules}:${createHmac('sha256', key).update(id).digest('hex').slice(0, 16)}`;
}
