import type {Gap} from './notice.ts';

/** Runs of lines that follow one another and are the same but for numbers. The longest are remembered, in constant memory. */
export type Runs = {
  add: (number: number, exact: number) => void;
  /** The run that the line stands in; null where that is short or not remembered. */
  of: (number: number) => Run | null;
  /** Whether all lines of the gap, and the one before it, are of one run. */
  cover: (gap: Pick<Gap, 'first' | 'last'>) => boolean;
};

/** Lines from `first` to `last`. */
export type Run = {first: number; last: number};

export function createRuns(): Runs {
  let runs: Run[] = [];
  let [exact, first, last, shortest] = [0, 1, 0, 4];

  const end = () => {
    if (last - first + 1 < shortest) return;
    runs.push({first, last});
    if (runs.length > most) forgetShortest();
  };
  const forgetShortest = () => {
    const lengths = runs.map(run => run.last - run.first + 1).toSorted((a, b) => a - b);
    shortest = lengths[most >> 1]! + 1;
    runs = runs.filter(run => run.last - run.first + 1 >= shortest);
  };
  const of = (number: number): Run | null => {
    if (number >= first && number <= last) return last - first + 1 >= 4 ? {first, last} : null;
    let [low, high] = [0, runs.length];
    while (low < high) {
      const between = (low + high) >> 1;
      if (runs[between]!.last < number) low = between + 1;
      else high = between;
    }
    const found = runs[low];
    return found !== undefined && found.first <= number ? found : null;
  };

  return {
    add(number, kind) {
      if (kind !== exact) {
        end();
        [exact, first] = [kind, number];
      }
      last = number;
    },
    of,
    cover(gap) {
      const run = of(gap.last);
      return run !== null && run.first < gap.first;
    },
  };
}

const most = 1_024;
