import {createOpenLine, heldBytes, holdLine} from './held-line.ts';
import type {HeldLine} from './held-line.ts';
import type {HoldLimits} from './head.ts';

/** The last lines of a stream. Looks at the last lines of each chunk only, from its end, so the lines in the middle cost nothing. */
export function createTail(limits: HoldLimits): {
  /** `before` counts the bytes and newlines in front of the chunk, `newlines` those in it. */
  push: (bytes: Buffer, newlines: number, before: {bytes: number; lines: number}) => void;
  finish: (total: {bytes: number; lines: number}) => readonly HeldLine[];
} {
  let lines: HeldLine[] = [];
  /** The newest chunk that alone has enough lines; most are pushed out again before anyone needs to take them apart. */
  let recent: Chunk | null = null;
  const open = createOpenLine(limits.line);
  let held = 0;

  const add = (line: HeldLine) => {
    lines.push(line);
    held += heldBytes(line);
    while (lines.length > limits.lines || (held > limits.bytes && lines.length > 1)) held -= heldBytes(lines.shift()!);
  };
  const takeApart = ({bytes, start, number, ends}: Chunk) => {
    let from = 0;
    for (const [index, end] of ends.entries()) {
      add(holdLine({number: number + index, start: start + from, terminated: true}, bytes.subarray(from, end), limits.line));
      from = end + 1;
    }
  };
  const settle = () => {
    if (recent) takeApart(recent);
    recent = null;
  };
  /** Only the last lines of the chunk are still wanted, and nothing from before it. */
  const replace = (bytes: Buffer, newlines: number, before: {bytes: number; lines: number}) => {
    const [first = 0, ...ends] = lastNewlines(bytes, limits.lines + 1);
    open.take({number: 0, start: 0, terminated: true});
    [lines, held] = [[], 0];
    const from = first + 1;
    const last = ends.at(-1) ?? first;
    const chunk = {start: before.bytes + from, number: before.lines + newlines - ends.length + 1, ends: ends.map(end => end - from)};
    const wanted = bytes.subarray(from, last + 1);
    if (wanted.length > lazyBytes) return takeApart({...chunk, bytes: wanted});
    recent = {...chunk, bytes: Buffer.from(wanted)};
  };
  const append = (bytes: Buffer, newlines: number, before: {bytes: number; lines: number}) => {
    settle();
    const [first, ...ends] = lastNewlines(bytes, newlines);
    if (first === undefined) return;
    open.add(bytes.subarray(0, first));
    add(open.take({number: before.lines + 1, start: before.bytes + first - open.length, terminated: true}));
    const from = first + 1;
    takeApart({bytes: bytes.subarray(from), start: before.bytes + from, number: before.lines + 2, ends: ends.map(end => end - from)});
  };

  return {
    push(bytes, newlines, before) {
      if (newlines > limits.lines) replace(bytes, newlines, before);
      else append(bytes, newlines, before);
      open.add(bytes.subarray(newlines > 0 ? bytes.lastIndexOf(0x0a) + 1 : 0));
    },
    finish(total) {
      settle();
      if (open.length > 0) add(open.take({number: total.lines, start: total.bytes - open.length, terminated: false}));
      return lines;
    },
  };
}

/** Bytes of a chunk from its first wanted line on; `ends` are the places of its newlines. */
type Chunk = {bytes: Buffer; start: number; number: number; ends: readonly number[]};
const lazyBytes = 1 << 18;

/** Places of the last `count` newlines, ascending. */
function lastNewlines(bytes: Buffer, count: number): number[] {
  const places: number[] = [];
  for (let at = bytes.length; places.length < count;) {
    at = bytes.lastIndexOf(0x0a, at - 1);
    places.push(at);
  }
  return places.toReversed();
}
