import type {Gap} from '../notice.ts';

/** Lines from `first` to `last` that follow one another and are the same but for numbers: four of them at least. */
export type Run = {first: number; last: number};

/** Finds the runs of a stream. Of very many the longest are remembered, in constant memory. */
export function createRuns(): {add: (number: number, exact: number) => void; finish: () => readonly Run[]} {
  let runs: Run[] = [];
  let [exact, first, last, shortest] = [0, 1, 0, 4];

  const end = () => {
    if (last - first + 1 < shortest) return;
    runs.push({first, last});
    if (runs.length > most) forgetShortest();
  };
  const forgetShortest = () => {
    const lengths = runs.map(lengthOf).toSorted((a, b) => a - b);
    shortest = lengths[most >> 1]! + 1;
    runs = runs.filter(run => lengthOf(run) >= shortest);
  };

  return {
    add(number, kind) {
      if (kind !== exact) {
        end();
        [exact, first] = [kind, number];
      }
      last = number;
    },
    finish() {
      end();
      return runs;
    },
  };
}

/** The run that the line stands in, of ascending ones. */
export function runOf(number: number, runs: readonly Run[]): Run | null {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const between = (low + high) >> 1;
    if (runs[between]!.last < number) low = between + 1;
    else high = between;
  }
  const found = runs[low];
  return found !== undefined && found.first <= number ? found : null;
}

/** Whether all lines of the gap, and the one before it, are of one run. */
export function isWithinRun(gap: Pick<Gap, 'first' | 'last'>, runs: readonly Run[]): boolean {
  const run = runOf(gap.last, runs);
  return run !== null && run.first < gap.first;
}

function lengthOf({first, last}: Run): number {
  return last - first + 1;
}

const most = 1_024;
