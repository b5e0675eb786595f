import {markBytes, placesIn, type Leaked, type Place} from './leaked.ts';

/** Takes a value out of a stream while it goes by; how it was chunked makes no difference. */
export type Eraser = {
  /** Takes the next bytes, and returns those that can be passed on now. */
  push: (bytes: Uint8Array) => Buffer;
  /** What was held back. */
  flush: () => Buffer;
  /** Places so far. */
  readonly count: number;
};

export function createEraser(leaked: Leaked): Eraser {
  const margin = leaked.longest + markBytes;
  // A part of the value is known by the mark of a cut before it.
  let behind: Buffer = Buffer.alloc(0);
  let held: Buffer = Buffer.alloc(0);
  let count = 0;
  const pass = (chunk: Uint8Array, ended: boolean): Buffer => {
    const bytes = Buffer.concat([behind, held, chunk]);
    const from = behind.length;
    const safe = ended ? bytes.length : Math.max(from, bytes.length - margin);
    const places = placesIn(bytes, leaked, ended).filter(({start}) => start >= from);
    const decided = places.filter(({start}) => start < safe);
    const end = Math.max(safe, decided.at(-1)?.end ?? from);
    count += decided.length;
    const passed = replaced(bytes, decided, {from, end, leaked});
    behind = Buffer.from(bytes.subarray(Math.max(0, end - markBytes), end));
    held = Buffer.from(bytes.subarray(end));
    return passed;
  };
  return {
    push: bytes => pass(bytes, false),
    flush: () => pass(Buffer.alloc(0), true),
    get count() {
      return count;
    },
  };
}

/** A text by itself, and the places in it. One that holds nothing stays the very same. */
export function eraseText(text: string, leaked: Leaked): {text: string; count: number} {
  const bytes = Buffer.from(text);
  const places = placesIn(bytes, leaked, true);
  if (places.length === 0) return {text, count: 0};
  return {text: replaced(bytes, places, {from: 0, end: bytes.length, leaked}).toString('utf8'), count: places.length};
}

type Range = {from: number; end: number; leaked: Leaked};

function replaced(bytes: Buffer, places: readonly Place[], {from, end, leaked}: Range): Buffer {
  if (places.length === 0) return bytes.subarray(from, end);
  const pieces: Buffer[] = [];
  let at = from;
  for (const place of places) {
    pieces.push(bytes.subarray(at, place.start), leaked.label);
    at = place.end;
  }
  return Buffer.concat([...pieces, bytes.subarray(at, end)]);
}
