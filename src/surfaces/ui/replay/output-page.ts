import type {BlobRef} from '../../../core/vocabulary/ids.ts';
import {BlobDamaged, type Blobs} from '../../../ports/blobs.ts';

/** A part of one line of an output, as text of its own bytes. `more`: the line goes on behind it. */
export type OutputLine = {text: string; more: boolean};

/** `top` is the first line, from 1; of each line `bytes` bytes are wanted, from byte `left` of it on. */
export type PageRequest = {ref: BlobRef; top: number; rows: number; left: number; bytes: number};

/** Some lines of a blob of any length, whatever the length of its lines: memory holds no more than a page. */
export async function outputPage({ref, top, rows, left, bytes}: PageRequest, blobs: Blobs): Promise<readonly OutputLine[]> {
  const size = await blobs.size(ref);
  if (size === null) throw new BlobDamaged(ref, `blob ${ref} is missing`);
  const last = Math.min(size.lines, top + rows - 1);
  const startOf = async (line: number): Promise<number> =>
    line > size.lines ? size.bytes : ((await blobs.lineStart(ref, line)) ?? size.bytes);
  const [start, end] = [await startOf(top), await startOf(last + 1)];
  if (end - start <= readAtOnce) return linesIn(await gathered(blobs.read(ref, {start, end})), {left, bytes});
  const lines: OutputLine[] = [];
  for (let line = top, from = start; line <= last; line++) {
    const next = line === last ? end : await startOf(line + 1);
    const part = {start: Math.min(from + left, next), end: Math.min(from + left + bytes, next)};
    const piece = part.start === part.end ? Buffer.alloc(0) : await gathered(blobs.read(ref, part));
    lines.push({text: textOf(piece, left > 0), more: part.end < next - 1});
    from = next;
  }
  return lines;
}

const readAtOnce = 1 << 20;

async function gathered(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(bytes));
}

function linesIn(content: Buffer, {left, bytes}: {left: number; bytes: number}): readonly OutputLine[] {
  const lines: OutputLine[] = [];
  for (let start = 0; start < content.length;) {
    const newline = content.indexOf(0x0a, start);
    const end = newline < 0 ? content.length : newline;
    const from = Math.min(start + left, end);
    lines.push({text: textOf(content.subarray(from, Math.min(from + bytes, end)), left > 0), more: from + bytes < end});
    start = end + 1;
  }
  return lines;
}

/** A character that the range cuts in two is left out at both ends. */
function textOf(bytes: Buffer, begun: boolean): string {
  let start = 0;
  while (begun && start < Math.min(3, bytes.length) && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes.subarray(start), {stream: true}).replace(/\r?\n?$/, '');
}
