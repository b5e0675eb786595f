import {createOpenLine, heldBytes, holdLine} from './held-line.ts';
import type {HeldLine} from './held-line.ts';

/** What may be held of a stream: so many lines, so many bytes of one line, so many bytes in all. */
export type HoldLimits = {lines: number; line: number; bytes: number};

/** The first lines of a stream. Costs nothing once it is full. */
export function createHead(limits: HoldLimits): {push: (bytes: Buffer) => void; finish: () => readonly HeldLine[]} {
  const lines: HeldLine[] = [];
  const open = createOpenLine(limits.line);
  let held = 0;
  let next = 0;

  const isFull = () => lines.length >= limits.lines || held > limits.bytes;
  const complete = (piece: Buffer, terminated: boolean) => {
    const place = {number: lines.length + 1, start: next, terminated};
    if (open.length > 0) open.add(piece);
    const line = open.length > 0 ? open.take(place) : holdLine(place, piece, limits.line);
    next += line.length + 1;
    held += heldBytes(line);
    lines.push(line);
  };

  return {
    push(bytes) {
      for (let from = 0; from < bytes.length && !isFull();) {
        const end = bytes.indexOf(0x0a, from);
        if (end < 0) return open.add(bytes.subarray(from));
        complete(bytes.subarray(from, end), true);
        from = end + 1;
      }
    },
    finish() {
      if (open.length > 0 && !isFull()) complete(Buffer.alloc(0), false);
      return lines;
    },
  };
}
