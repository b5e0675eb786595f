import type {ByteClass} from './byte-class.ts';
import type {Text} from './match-format.ts';

/**
 * Where stretches of one class of bytes end in a text. What was gone along once is remembered: text that begins like a secret at every
 * fourth byte (`eyJ-eyJ-…`) would else be gone along from each of them, and its cost would grow with the square of its length.
 */
export type Stretches = {
  /** The first byte at or after `at` that is none of the class; not beyond `limit`. */
  end: (of: ByteClass, at: number, limit: number) => number;
  /** Bytes that were looked at so far. */
  readonly steps: number;
};

export function stretchesOf({bytes}: Pick<Text, 'bytes'>): Stretches {
  const gone = new Map<ByteClass, Stretch[]>();
  let steps = 0;
  return {
    end(of, at, limit) {
      let last = gone.get(of);
      if (last === undefined) gone.set(of, (last = []));
      const known = last.find(({from, to}) => from <= at && at < to);
      const stretch = known ?? {from: at, to: at};
      const from = stretch.to;
      while (stretch.to < limit && of[bytes[stretch.to]!] === 1) stretch.to++;
      steps += stretch.to - from;
      if (known === undefined && stretch.to > at && last.unshift(stretch) > remembered) last.pop();
      return Math.min(stretch.to, limit);
    },
    get steps() {
      return steps;
    },
  };
}

type Stretch = {from: number; to: number};

/** A token has up to three parts of one class, and the next token may begin within the first of them. */
const remembered = 4;
