/** How a log stands to another: which of the two goes on where the other ends, or the first byte in which they part. */
export type Compared = {kind: 'same'} | {kind: 'first-longer' | 'second-longer'; by: number} | {kind: 'differ'; line: number};

/** Compares the first bytes of two streams: `length` says how many count of each. */
export async function compareLogs(first: Counted, second: Counted): Promise<Compared> {
  const shorter = Math.min(first.length, second.length);
  const [one, other] = [new Cursor(first.bytes), new Cursor(second.bytes)];
  let line = 1;
  for (let at = 0; at < shorter;) {
    const [a, b] = [await one.piece(), await other.piece()];
    const length = Math.min(a.length, b.length, shorter - at);
    if (length === 0) return {kind: 'differ', line};
    const [mine, theirs] = [a.subarray(0, length), b.subarray(0, length)];
    if (Buffer.compare(mine, theirs) !== 0) return {kind: 'differ', line: line + newlinesBefore(mine, firstDifference(mine, theirs))};
    line += newlinesBefore(mine, length);
    one.take(length);
    other.take(length);
    at += length;
  }
  if (first.length === second.length) return {kind: 'same'};
  return {kind: first.length > second.length ? 'first-longer' : 'second-longer', by: Math.abs(first.length - second.length)};
}

export type Counted = {bytes: AsyncIterable<Uint8Array>; length: number};

class Cursor {
  readonly #stream: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array();

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#stream = bytes[Symbol.asyncIterator]();
  }

  /** Empty at the end. */
  async piece(): Promise<Uint8Array> {
    while (this.#held.length === 0) {
      const next = await this.#stream.next();
      if (next.done === true) break;
      this.#held = next.value;
    }
    return this.#held;
  }

  take(length: number): void {
    this.#held = this.#held.subarray(length);
  }
}

const firstDifference = (a: Uint8Array, b: Uint8Array): number => a.findIndex((byte, at) => byte !== b[at]);

function newlinesBefore(bytes: Uint8Array, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1 && at < end; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count;
}
