/**
 * How often each kind (a hash) was seen, in constant memory: two rows of counters, the smaller of a kind's two counts. It may say too many, where other
 * kinds fall on both of its counters, never too few.
 */
export type KindCounts = {
  /** Counts one more and returns how many there are now. */
  add: (kind: number) => number;
  of: (kind: number) => number;
};

const slots = 1 << 15;

export function createKindCounts(): KindCounts {
  const first = new Uint32Array(slots);
  const second = new Uint32Array(slots);
  return {
    add(kind) {
      const a = ++first[kind >>> 17]!;
      const b = ++second[secondSlot(kind)]!;
      return a < b ? a : b;
    },
    of: kind => Math.min(first[kind >>> 17]!, second[secondSlot(kind)]!),
  };
}

function secondSlot(kind: number): number {
  return Math.imul(kind, 0x9e3779b1) >>> 17;
}
