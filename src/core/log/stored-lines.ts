import type {Stored} from './growing.ts';

/** Items of a list as lines of JSON. A line is looked for and read when its item is asked for, and then remembered. */
export class StoredLines<T> implements Stored<T> {
  readonly length: number;
  readonly bytes: Uint8Array;
  readonly #read: (value: unknown) => T;
  readonly #items: T[] = [];
  #ends: Uint32Array | null = null;

  constructor(bytes: Uint8Array, length: number, read: (value: unknown) => T) {
    this.bytes = bytes;
    this.length = length;
    this.#read = read;
  }

  at(index: number): T {
    return (this.#items[index] ??= this.#read(JSON.parse(this.#line(index))));
  }

  #line(index: number): string {
    const ends = (this.#ends ??= endsOf(this.bytes, this.length));
    const start = index === 0 ? 0 : ends[index - 1]! + 1;
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, ends[index]! - start).toString('utf8');
  }
}

function endsOf(bytes: Uint8Array, length: number): Uint32Array {
  const ends = new Uint32Array(length);
  for (let index = 0, at = -1; index < length; index++) ends[index] = at = bytes.indexOf(0x0a, at + 1);
  return ends;
}
