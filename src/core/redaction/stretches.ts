import type {ByteClass} from './byte-class.ts';

/**
 * Where stretches of one class of bytes end in a text. What was gone along once is remembered: text that begins like a secret at every
 * fourth byte (`eyJ-eyJ-…`) would else be gone along from each of them, and its cost would grow with the square of its length.
 */
export class Stretches {
  readonly #bytes: Buffer;
  #gone: Map<ByteClass, Stretch[]> | null = null;
  #steps = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Bytes that were looked at so far. */
  get steps(): number {
    return this.#steps;
  }

  /** The first byte at or after `at` that is none of the class; not beyond `limit`. */
  end(of: ByteClass, at: number, limit: number): number {
    const last = this.#lastOf(of);
    const known = last.find(({from, to}) => from <= at && at < to);
    const stretch = known ?? {from: at, to: at};
    const from = stretch.to;
    while (stretch.to < limit && of[this.#bytes[stretch.to]!] === 1) stretch.to++;
    this.#steps += stretch.to - from;
    if (known === undefined && stretch.to > at && last.unshift(stretch) > remembered) last.pop();
    return Math.min(stretch.to, limit);
  }

  #lastOf(of: ByteClass): Stretch[] {
    this.#gone ??= new Map();
    const last = this.#gone.get(of) ?? [];
    this.#gone.set(of, last);
    return last;
  }
}

type Stretch = {from: number; to: number};

/** A token has up to three parts of one class, and the next token may begin within the first of them. */
const remembered = 4;
