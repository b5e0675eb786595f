import {hashPrime, hashSeed} from './severity-words.ts';

/** Hears a line as it is read: its words, numbers, spaces and marks, in order. */
export type LineListener = {
  /** Everything so far was drawn over: the line begins again. */
  again: () => void;
  /**
   * Letters in a row, split where camelCase does. `capitals` counts the upper-case ones. `tied`: part of a longer name (`error_handler`, `src/error/x`,
   * `ErrorHandler`, but not the end of `TypeError`). `next` is the byte after it, a space at the line's end.
   */
  word: (hash: number, length: number, capitals: number, tied: boolean, next: number) => void;
  /** Digits in a row; what is over six of them is not exact. */
  number: (value: number) => void;
  /** Any other byte; `next` is the one after it. */
  mark: (byte: number, next: number) => void;
  /** The end of a token: spaces in a row, or the line's end. */
  space: () => void;
};

/** Of a long line, this much of each end is read: less than half of what is held of a line, so that a line that was held is read as it was. */
const readAtEnds = 500;

/** Chinese, Japanese and Korean are written without spaces: two characters at a time are a word. */
const ideographs = 6;

/** Reads one line, without its newline. Escape sequences of terminals are passed over; of a redrawn line its last form counts. */
export function readWords(bytes: Uint8Array, start: number, end: number, heard: LineListener): void {
  if (end - start <= 2 * readAtEnds) return readPart(bytes, start, end, heard);
  readPart(bytes, start, start + readAtEnds, heard);
  readPart(bytes, end - readAtEnds, end, heard);
}

/** Runs of letters, digits and spaces are each read in a loop of their own: what is done here is done for every byte of every output. */
function readPart(bytes: Uint8Array, start: number, end: number, heard: LineListener): void {
  let at = start;
  let before = 0x20;
  /** A token has begun. */
  let open = false;
  while (at < end) {
    const byte = bytes[at]!;
    const from = at;
    const kind = kinds[byte]!;
    if (kind === letter) {
      let hash = hashSeed;
      let capitals = 0;
      const most = byte < 0xe3 ? end : Math.min(end, at + ideographs);
      for (let raw = byte, code = lowered[byte]!; code !== 0;) {
        hash = Math.imul(hash ^ code, hashPrime);
        capitals += code === raw ? 0 : 1;
        if (++at === most) break;
        raw = bytes[at]!;
        code = lowered[raw]!;
      }
      const next = at < end ? bytes[at]! : 0x20;
      const led = ties[before] === 1;
      const tied = ties[next] === 1 && (next !== 0x2e || (at + 1 < end && kinds[bytes[at + 1]!] === letter));
      const length = at - from;
      if (capitals === 0 || capitals === length || (capitals === 1 && isCapital(byte)))
        heard.word(hash, length, capitals, led || tied, next);
      // In `java.io.IOException` the last word is its own, however the package is spelled.
      else readCamelCase(bytes, {from, to: at, tied: tied || (led && before !== 0x2e), next}, heard);
      before = 0x61;
      open = true;
    } else if (kind === space) {
      do at++;
      while (at < end && kinds[bytes[at]!] === space);
      if (open) heard.space();
      open = false;
      before = byte;
    } else if (kind === mark) {
      at++;
      heard.mark(byte, at < end ? bytes[at]! : 0x20);
      before = byte;
      open = true;
    } else if (kind === digit) {
      let value = 0;
      do {
        if (at - from < 6) value = value * 10 + bytes[at]! - 0x30;
        at++;
      } while (at < end && kinds[bytes[at]!] === digit);
      heard.number(value);
      before = byte;
      open = true;
    } else {
      at = byte === 0x1b ? endOfSequence(bytes, at, end) : at + 1;
      if (at < end && (byte === 0x0d || drawsOver(bytes, at))) {
        heard.again();
        open = false;
      }
      before = 0x20;
    }
  }
  if (open) heard.space();
}

/** `HTTPError` is `HTTP` and `Error`. Only the last of the words can be its own. */
function readCamelCase(
  bytes: Uint8Array,
  {from: start, to, tied, next}: {from: number; to: number; tied: boolean; next: number},
  heard: LineListener,
): void {
  let [hash, capitals, from] = [hashSeed, 0, start];
  for (let at = start; at < to; at++) {
    const byte = bytes[at]!;
    const begins = isCapital(byte) && at > from && (!isCapital(bytes[at - 1]!) || (at + 1 < to && !isCapital(bytes[at + 1]!)));
    if (begins) {
      heard.word(hash, at - from, capitals, true, byte);
      [hash, capitals, from] = [hashSeed, 0, at];
    }
    hash = Math.imul(hash ^ lowered[byte]!, hashPrime);
    capitals += isCapital(byte) ? 1 : 0;
  }
  heard.word(hash, to - from, capitals, tied, next);
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

/** Whether a sequence that ends before `end` moved the cursor, or cleared the line or screen (not only the rest of it): what follows is drawn over what was there. */
function drawsOver(bytes: Uint8Array, end: number): boolean {
  const last = bytes[end - 1];
  if (last === 0x4a || last === 0x4b) return bytes[end - 2] === 0x31 || bytes[end - 2] === 0x32;
  return last === 0x41 || (last !== undefined && last >= 0x45 && last <= 0x48);
}

/** The first byte after the escape sequence at `at`; after its ESC where it is none that is known. */
function endOfSequence(bytes: Uint8Array, at: number, end: number): number {
  const opening = bytes[at + 1];
  let last = at + 2;
  if (opening === 0x5b) {
    while (last < end && (bytes[last]! < 0x40 || bytes[last]! > 0x7e)) last++;
    return Math.min(end, last + 1);
  }
  if (opening !== 0x5d) return at + 1;
  while (last < end && bytes[last] !== 0x07 && bytes[last] !== 0x1b) last++;
  return Math.min(end, bytes[last] === 0x1b ? last + 2 : last + 1);
}

const letter = 0;
const digit = 1;
const space = 2;
const mark = 3;
const control = 4;
const kinds = new Uint8Array(256).fill(mark);
/** Of a letter its lower case; 0 of any other byte. */
const lowered = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  if ((byte >= 0x61 && byte <= 0x7a) || byte >= 0x80) lowered[byte] = byte;
  else if (isCapital(byte)) lowered[byte] = byte | 0x20;
  else if (byte >= 0x30 && byte <= 0x39) kinds[byte] = digit;
  if (lowered[byte] !== 0) kinds[byte] = letter;
}
for (const byte of Buffer.from(' \t')) kinds[byte] = space;
for (const byte of [0x1b, 0x0d]) kinds[byte] = control;

/** Marks that make a word part of a name. */
const ties = new Uint8Array(256);
for (const byte of Buffer.from('_/-$\\@.')) ties[byte] = 1;
