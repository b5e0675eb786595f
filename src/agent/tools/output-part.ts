import type {Ending} from '../tool.ts';
import {failed} from './failed.ts';
import {bytesOf, PAGE_BYTES, type Opened} from './opened-output.ts';
import {partOf} from './page-lines.ts';

/** One line from its byte `column` on, as much as a page holds. Only that much is read, however long the line is. */
export async function outputPart(opened: Opened, column: number): Promise<Ending> {
  const {name, from, start, size, call} = opened;
  const of = await lengthOf(opened);
  if (column > Math.max(of, 1)) return failed('past-end', `Line ${from} of output ${name} has ${of} bytes; there is no byte ${column}.`);
  const first = start + column - 1;
  const bytes = await bytesOf(opened, {start: first, end: Math.min(first + PAGE_BYTES, start + of)});
  const {text, part} = partOf(bytes, {line: from, column, of});
  const last = part?.last ?? of;
  const rest = size.lines - from;
  const more =
    last < of
      ? `[line ${from} goes on: from: ${from}, column: ${last + 1}]\n`
      : rest > 0
        ? `[${rest} more ${rest === 1 ? 'line' : 'lines'}: from: ${from + 1}]\n`
        : '';
  await call.out(`output ${name} line ${from} of ${size.lines}, bytes ${part?.first ?? column}–${last} of ${of}\n${text}${more}`);
  return {kind: 'done'};
}

/** Without its line end. */
async function lengthOf(opened: Opened): Promise<number> {
  const {ref, from, start, size, world} = opened;
  const end = (await world.blobs.lineStart(ref, from + 1)) ?? size.bytes;
  const [last] = await bytesOf(opened, {start: end - 1, end});
  return end - start - (last === 10 ? 1 : 0);
}
