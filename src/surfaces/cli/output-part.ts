import {Stop} from '../../agent/stop.ts';
import {droppedRuns, type LineRun} from '../../core/truncation/dropped.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import {BlobDamaged, type Blobs} from '../../ports/blobs.ts';

export type Range = {first: number; last: number};

/** What of an output is wanted: its view or its original, all of it or what was not shown, from one line to another. */
export type Wanted = {as_shown: boolean; dropped: boolean; lines: Range | null};

/** Whole lines of a blob, in ascending runs. */
export type Part = {ref: BlobRef; runs: readonly LineRun[]; size: number};

/** Costs the blob's index, and where a range begins or ends inside a run, the frame that it does in. */
export async function partOf(output: Output, {as_shown, dropped, lines}: Wanted, blobs: Blobs): Promise<Part> {
  const ref = as_shown ? receiptOf(output).view : output.blob;
  const size = await blobs.size(ref);
  if (size === null) throw new BlobDamaged(ref, `blob ${ref} is missing`);
  const whole: readonly LineRun[] = size.bytes === 0 ? [] : [{first: 1, last: size.lines, start: 0, end: size.bytes}];
  const runs = dropped ? droppedRuns(receiptOf(output)) : whole;
  if (runs === null) throw new Stop(6, 'The receipt of this output contradicts itself: its windows do not add up to its lines.');
  if (lines === null) return {ref, runs, size: size.bytes};
  if (lines.first > size.lines) throw new Stop(2, `The output has ${size.lines} lines: there is no line ${lines.first}.`);
  return {ref, runs: await within(runs, lines, {ref, blobs}), size: size.bytes};
}

type Output = {blob: BlobRef; excerpt: Excerpt | null};

/** Only with a receipt is it known what was shown. */
export function receiptOf({blob, excerpt}: Output): Excerpt {
  if (excerpt !== null) return excerpt;
  throw new Stop(
    2,
    `No session of this repository has a receipt of ${blob}: only the original is there. Show it: agent audit show ${blob}`,
  );
}

async function within(runs: readonly LineRun[], lines: Range, {ref, blobs}: {ref: BlobRef; blobs: Blobs}): Promise<readonly LineRun[]> {
  const found: LineRun[] = [];
  for (const run of runs) {
    const [first, last] = [Math.max(run.first, lines.first), Math.min(run.last, lines.last)];
    if (first > last) continue;
    const start = first === run.first ? run.start : await blobs.lineStart(ref, first);
    const end = last === run.last ? run.end : await blobs.lineStart(ref, last + 1);
    if (start === null || end === null) throw new BlobDamaged(ref, `blob ${ref} has fewer lines than its receipt says`);
    found.push({first, last, start, end});
  }
  return found;
}

/** The bytes of the runs, one behind the other. What is read whole is also checked against its name. */
export async function* bytesOf({ref, runs, size}: Part, blobs: Blobs): AsyncGenerator<Uint8Array> {
  for (const {start, end} of runs) yield* start === 0 && end === size ? blobs.read(ref) : blobs.read(ref, {start, end});
}
