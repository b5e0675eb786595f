/** A simple way to shorten an output, to compare the cutter with: lines in, the text that is shown out. */
export type PlainView = {
  name: string;
  /** Characters that it shows at most, where it does not keep to the budget. */
  own: number | null;
  /** More than one: whichever does best in a column counts. */
  show: readonly ((lines: readonly string[], characters: number) => string)[];
};

/** Lines before and after a line with such a word. */
const windowSizes = [
  {before: 1, after: 3},
  {before: 2, after: 6},
];

/** None of them spends anything on notices of what is missing. */
export const plainViews: readonly PlainView[] = [
  {
    name: 'head + tail + error-word windows',
    own: null,
    show: windowSizes.flatMap(size => [errorWindows('first', size), errorWindows('last', size)]),
  },
  {name: 'head 20 + tail 50', own: null, show: [headAndTail]},
  {name: 'half and half', own: null, show: [halves]},
  {name: 'the last lines', own: null, show: [lastLines]},
  {name: '10 KiB, half and half', own: 10_240, show: [halves]},
  {name: 'last 2,000 lines or 50 KB', own: 51_200, show: [lastLines]},
];

function errorWindows(order: 'first' | 'last', {before, after}: {before: number; after: number}) {
  return (lines: readonly string[], characters: number): string => {
    const choice = within(lines, characters);
    choice.each(tailOf(lines, 50), characters / 4);
    choice.each(headOf(20), characters / 3);
    const matches = lines.flatMap((line, at) => (errorWord.test(line) ? [at] : []));
    for (const at of order === 'first' ? matches : matches.toReversed())
      for (let near = at - before; near <= at + after; near++) choice.add(near, characters);
    choice.each(tailOf(lines, 50), characters);
    choice.each(headOf(20), characters);
    return choice.text();
  };
}

const errorWord = /error|fail|exception|panic|fatal|traceback|assert/i;

function headAndTail(lines: readonly string[], characters: number): string {
  const choice = within(lines, characters);
  choice.each(tailOf(lines, 50), characters);
  choice.each(headOf(20), characters);
  return choice.text();
}

function halves(lines: readonly string[], characters: number): string {
  const text = lines.join('\n');
  const half = (characters - 1) >> 1;
  return text.length <= characters ? text : `${text.slice(0, half)}\n${text.slice(-half)}`;
}

function lastLines(lines: readonly string[], characters: number): string {
  return lines.slice(-2_000).join('\n').slice(-characters);
}

const headOf = (count: number): readonly number[] => Array.from({length: count}, (_, at) => at);

/** The last one first. */
const tailOf = (lines: readonly string[], count: number): readonly number[] => headOf(count).map(at => lines.length - 1 - at);

/** Whole lines within so many characters; one that has no room is left out, and the next may have it. */
function within(lines: readonly string[], characters: number) {
  const chosen = new Set<number>();
  let spent = 0;
  const add = (at: number, most: number): void => {
    const line = lines[at];
    if (line === undefined || chosen.has(at) || spent + line.length + 1 > Math.min(most, characters)) return;
    chosen.add(at);
    spent += line.length + 1;
  };
  return {
    add,
    each(wanted: readonly number[], most: number): void {
      for (const at of wanted) add(at, most);
    },
    text: () =>
      [...chosen]
        .toSorted((a, b) => a - b)
        .map(at => `${lines[at]}\n`)
        .join(''),
  };
}
