import {partAround, partText} from '../../core/text/part-around.ts';
import {binaryKind} from '../../core/truncation/binary.ts';
import type {GrepHit} from '../../ports/search.ts';
import type {Ending} from '../tool.ts';
import {failed} from './failed.ts';
import {shownHit} from './long-line.ts';
import {bytesOf, PAGE_BYTES, type Opened} from './opened-output.ts';

type Asked = {pattern: string; lines?: number | undefined; column?: number | undefined};

/** From a line on, and from a byte of it on. ripgrep's engine is linear in the bytes, so that no pattern can hang the session. */
export async function searchOutput(opened: Opened, {pattern, lines, column}: Asked): Promise<Ending> {
  const {ref, name, from, size, world, call} = opened;
  const most = Math.min(lines ?? MOST_LINES, MOST_LINES);
  const shown: string[] = [];
  let [total, used, next] = [0, 0, 0];
  const skipped = (column ?? 1) - 1;
  const start = Math.min(opened.start + skipped, size.bytes);
  // A whole read proves that the content is what its name says.
  const source = start === 0 ? world.blobs.read(ref) : world.blobs.read(ref, {start, end: size.bytes});
  for await (const hit of world.search.lines(source, {pattern, literal: false, ignore_case: false}, call.signal)) {
    if ('failure' in hit) return {kind: 'failed', error: hit.failure};
    total++;
    if (next !== 0) continue;
    const number = hit.line + from - 1;
    const line = `${number}\t${await shownIn(opened, hit, {start, skipped: hit.line === 1 ? skipped : 0})}\n`;
    used += Buffer.byteLength(line);
    // The first that has no room ends the page, so that the next one begins with it.
    if (shown.length < most && used <= PAGE_BYTES) shown.push(line);
    else next = number;
  }
  if (call.signal.aborted) return failed('interrupted', 'The search was interrupted.');
  const where = column === undefined ? (from === 1 ? '' : ` from line ${from} on`) : ` from line ${from}, byte ${column} on`;
  const counted =
    total === 0
      ? `no line of output ${name}${where} matches ${pattern}\n`
      : `${total} matching ${total === 1 ? 'line' : 'lines'}${where} in output ${name}, ${shown.length} shown\n`;
  const more = next === 0 ? '' : `[to search on: from: ${next}]\n`;
  await call.out(asText(counted + shown.join('') + more));
  return {kind: 'done'};
}

/** The cut policy of pages never shows more lines than this. */
const MOST_LINES = 3_900;

/** A hit counts from where the search began; its line may have begun before. */
async function shownIn(opened: Opened, hit: GrepHit, {start, skipped}: {start: number; skipped: number}): Promise<string> {
  if (hit.long === undefined) return shownHit(hit, skipped);
  const {start: line, match} = hit.long;
  const range = partAround(match);
  const bytes = await bytesOf(opened, {start: start + line + range.start, end: start + line + range.end});
  return shownHit({...hit, text: partText(bytes, match)}, skipped);
}

/** What is not text would be left out of the answer as a whole. */
const asText = (answer: string): string => (binaryKind(Buffer.from(answer)) === null ? answer : answer.replace(odd, '·'));

const odd = new RegExp('[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\ufffd]+', 'g');
