import {giveBack} from '../../text/spent-bytes.ts';

/**
 * How often each kind (a hash) was seen, in constant memory: two rows of counters, the smaller of a kind's two counts. It may say too many, where other
 * kinds fall on both of its counters, and too few only beyond 65,535, where a kind is common however many more there are.
 */
export type KindCounts = {
  /** Counts one more and returns how many there are now. */
  add: (kind: number) => number;
  of: (kind: number) => number;
  /** Gives its memory back: nothing can be asked any more. */
  release: () => void;
};

const slots = 1 << 15;
const most = 0xffff;

/** Small counters, since every line of every output looks at some of them, and what does not fit the processor's cache costs more than all else here. */
export function createKindCounts(): KindCounts {
  const first = new Uint16Array(slots);
  const second = new Uint16Array(slots);
  return {
    add(kind) {
      const [atFirst, atSecond] = [kind >>> 17, secondSlot(kind)];
      const a = first[atFirst]!;
      const b = second[atSecond]!;
      if (a < most) first[atFirst] = a + 1;
      if (b < most) second[atSecond] = b + 1;
      return Math.min(most, (a < b ? a : b) + 1);
    },
    of: kind => Math.min(first[kind >>> 17]!, second[secondSlot(kind)]!),
    release() {
      giveBack(first);
      giveBack(second);
    },
  };
}

function secondSlot(kind: number): number {
  return Math.imul(kind, 0x9e3779b1) >>> 17;
}
