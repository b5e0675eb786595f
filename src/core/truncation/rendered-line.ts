import {bytesOf} from './held-line.ts';
import type {HeldLine} from './held-line.ts';
import {readable} from './line-noise.ts';
import {cutNotice, redrawNotice} from './notice.ts';

/** A line as the view has it, without its newline. `whole` is false where its middle was cut out. */
export type RenderedLine = {text: string; bytes: number; whole: boolean; broken: boolean};

/** Null where not even a cut line has room. The result is never longer than `limit` bytes. */
export function renderLine(line: HeldLine, limit: number): RenderedLine | null {
  if (line.tail === null) {
    const {text, broken} = readable(line.head);
    const bytes = Buffer.byteLength(text);
    if (bytes <= limit) return {text, bytes, whole: true, broken};
  }
  return cutInTheMiddle(line, limit);
}

/** The same, but of a line that was drawn over (a progress bar) only its last form is shown. */
export function renderLatest(line: HeldLine, limit: number): RenderedLine | null {
  const drawn = bytesOf(line);
  const {start, end} = lastForm(drawn);
  if (start === 0 || end === 0) return renderLine(line, limit);
  const notice = redrawNotice(line.length - (end - start), line.length);
  const room = limit - Buffer.byteLength(notice);
  if (room < 16) return renderLine(line, limit);
  const {text, broken} = fitting(drawn.subarray(start, end), room, beginning);
  return {text: notice + text, bytes: Buffer.byteLength(notice + text), whole: false, broken};
}

/** The last form that shows anything: from after what draws over the one before it. */
function lastForm(bytes: Buffer): {start: number; end: number} {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1]! <= 0x20) end--;
  const text = bytes.toString('latin1', 0, end);
  for (const {index, 0: sequence} of [...text.matchAll(redraws)].toReversed()) {
    const start = index + sequence.length;
    if (text.slice(start, end).replace(anySequence, '').trim() !== '') return {start, end};
    end = index;
  }
  return {start: 0, end};
}

const escape = '\\u001b\\[';
const redraws = new RegExp(`\\r+|${escape}[0-9;]*[AE-H]|${escape}[12][JK]`, 'g');
const anySequence = new RegExp(`${escape}[0-?]*[ -/]*[@-~]`, 'g');

function cutInTheMiddle(line: HeldLine, limit: number): RenderedLine | null {
  const room = limit - Buffer.byteLength(cutNotice(line.length, line.length));
  if (room < 16) return null;
  const begin = fitting(line.head, Math.ceil(room / 2), beginning);
  const end = fitting(line.tail ?? line.head.subarray(begin.raw), Math.floor(room / 2), ending);
  const text = begin.text + cutNotice(line.length - begin.raw - end.raw, line.length) + end.text;
  return {text, bytes: Buffer.byteLength(text), whole: false, broken: begin.broken || end.broken};
}

/** As much of one end as its readable form has room for; `raw` is how many bytes of the stream that is. */
function fitting(bytes: Buffer, room: number, part: (bytes: Buffer, count: number) => Buffer) {
  for (let count = Math.min(room, bytes.length); ;) {
    const piece = part(bytes, count);
    const {text, broken} = readable(piece);
    const size = Buffer.byteLength(text);
    if (size <= room) return {text, broken, raw: piece.length};
    count = Math.min(piece.length - 1, Math.floor((piece.length * room) / size));
  }
}

/** Up to `count` bytes from the begin, not ending inside a character. */
function beginning(bytes: Buffer, count: number): Buffer {
  let end = count;
  while (end > 0 && count - end < 3 && isContinuation(bytes[end])) end--;
  return bytes.subarray(0, end);
}

/** Up to `count` bytes to the end, not beginning inside a character. */
function ending(bytes: Buffer, count: number): Buffer {
  const wanted = bytes.length - count;
  let start = wanted;
  while (start < bytes.length && start - wanted < 3 && isContinuation(bytes[start])) start++;
  return bytes.subarray(start);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
