/**
 * A line as far as it can ever be shown: all of it (`tail` is null), or its two ends where it is longer than what is kept of a line.
 * `number` is 1-based, `start` its first byte in the stream, `length` its bytes without the newline.
 */
export type HeldLine = LinePlace & {length: number; head: Buffer; tail: Buffer | null};
export type LinePlace = {number: number; start: number; terminated: boolean};

/** Holds a line that lies in one piece; copies, since the piece belongs to the caller. */
export function holdLine(place: LinePlace, content: Buffer, keep: number): HeldLine {
  const {length} = content;
  if (length <= keep) return {...place, length, head: Buffer.from(content), tail: null};
  const half = keep >> 1;
  return {...place, length, head: Buffer.from(content.subarray(0, half)), tail: Buffer.from(content.subarray(length - half))};
}

/** The first byte after the line and its newline. */
export function endOf(line: HeldLine): number {
  return line.start + line.length + (line.terminated ? 1 : 0);
}

/** All that is held of the line, in one piece. */
export function bytesOf(line: HeldLine): Buffer {
  return line.tail === null ? line.head : Buffer.concat([line.head, line.tail]);
}

/** What the line costs in memory. */
export function heldBytes(line: HeldLine): number {
  return line.head.length + (line.tail?.length ?? 0);
}

/** A line that is still arriving, in constant memory however long it gets. */
export type OpenLine = {
  readonly length: number;
  add: (bytes: Buffer) => void;
  /** The line is complete; the next byte begins another. */
  take: (place: LinePlace) => HeldLine;
};

export function createOpenLine(keep: number): OpenLine {
  const half = keep >> 1;
  let first: Buffer[] = [];
  let last: Buffer = Buffer.alloc(0);
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(bytes) {
      if (length < keep) first.push(Buffer.from(bytes.subarray(0, keep - length)));
      last = lastOf(last, bytes, half);
      length += bytes.length;
    },
    take(place) {
      const begin = Buffer.concat(first);
      const line = {...place, length, ...(length <= keep ? {head: begin, tail: null} : {head: begin.subarray(0, half), tail: last})};
      first = [];
      last = Buffer.alloc(0);
      length = 0;
      return line;
    },
  };
}

function lastOf(before: Buffer, bytes: Buffer, count: number): Buffer {
  if (bytes.length >= count) return Buffer.from(bytes.subarray(bytes.length - count));
  return Buffer.concat([before.subarray(Math.max(0, before.length + bytes.length - count)), bytes]);
}
