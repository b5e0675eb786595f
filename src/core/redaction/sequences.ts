/** Escape sequences of terminals among bytes: sequence n is the bytes [starts[n], ends[n]), and `places[n]` is where it stood among the others. */
export type Sequences = {
  starts: readonly number[];
  ends: readonly number[];
  places: readonly number[];
  /** Bytes of sequences in a row up to and with each one. */
  runs: readonly number[];
  /** Where one begins whose end has not come yet, or the length. */
  unfinished: number;
  /** The bytes before `unfinished` without them. */
  plain: Buffer;
};

/**
 * Takes colours, titles, links and the like out of bytes, as the view of an output does: a secret with one in it is whole again. More than `longest` bytes of
 * them in a row are text, so that little has to be held back; `run` of them stood right before `from`.
 */
export function withoutSequences(bytes: Buffer, {from, run, ended}: {from: number; run: number; ended: boolean}): Sequences {
  const [starts, ends, places, runs]: [number[], number[], number[], number[]] = [[], [], [], []];
  const plain = Buffer.allocUnsafe(bytes.length - from);
  let [size, copied, row] = [0, from, run];
  let unfinished = bytes.length;
  const copyTo = (end: number): void => {
    size += bytes.copy(plain, size, copied, end);
  };
  for (let at = bytes.indexOf(escape, from); at >= 0;) {
    const end = endOfSequence(bytes, at, ended);
    if (end === 'unfinished') {
      unfinished = at;
      break;
    }
    if (at > copied) row = 0;
    if (end > at && row + end - at <= longest) {
      copyTo(at);
      row += end - at;
      starts.push(at);
      ends.push(end);
      places.push(size);
      runs.push(row);
      copied = end;
    }
    at = bytes.indexOf(escape, Math.max(end, at + 1));
  }
  copyTo(unfinished);
  return {starts, ends, places, runs, unfinished, plain: plain.subarray(0, size)};
}

/** The number of values below (or, with `orAt`, not above) a limit in an ascending list. */
export function countBelow(ascending: readonly number[], limit: number, orAt: boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < limit || (orAt && ascending[middle] === limit)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const longest = 1_024;
export const escape = 0x1b;
const [bell, newline, backslash] = [0x07, 0x0a, 0x5c];

/** The first byte after the sequence at `at`; `at` itself where none stands there. */
function endOfSequence(bytes: Buffer, at: number, ended: boolean): number | 'unfinished' {
  const limit = Math.min(bytes.length, at + longest);
  const more = limit === bytes.length && !ended ? 'unfinished' : at;
  const opening = bytes[at + 1];
  if (opening === undefined) return more;
  let end = at + 2;
  if (opening === 0x5b) {
    while (end < limit && within(bytes[end]!, 0x30, 0x3f)) end++;
    while (end < limit && within(bytes[end]!, 0x20, 0x2f)) end++;
    return end === limit ? more : within(bytes[end]!, 0x40, 0x7e) ? end + 1 : at;
  }
  if (strings.has(opening)) {
    while (end < limit && bytes[end] !== bell && bytes[end] !== escape && bytes[end] !== newline) end++;
    if (end === limit || (bytes[end] === escape && end + 1 === limit)) return more;
    if (bytes[end] === bell) return end + 1;
    return bytes[end] === escape && bytes[end + 1] === backslash ? end + 2 : at;
  }
  if (within(opening, 0x20, 0x2f)) {
    while (end < limit && within(bytes[end]!, 0x20, 0x2f)) end++;
    return end === limit ? more : within(bytes[end]!, 0x30, 0x7e) ? end + 1 : at;
  }
  return within(opening, 0x30, 0x7e) ? end : at;
}

function within(byte: number, first: number, last: number): boolean {
  return byte >= first && byte <= last;
}

/** What opens a text that a terminal takes for itself: a title, a link, a picture. */
const strings = new Set([...']PX^_'].map(opening => opening.charCodeAt(0)));
