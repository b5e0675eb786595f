/** What a search found, by path in the order it came. `ended` where the search was ended before its end: all counts are then "at least". */
export type Found = {matches: number; files: Map<string, FoundInFile>; ended: boolean};
export type FoundInFile = {matches: number; lines: FoundLine[]};
export type FoundLine = {number: number; text: string; match: boolean};

/** `budget`: bytes that the model is shown; `context`: lines that were asked for around each match. */
export type Layout = {name: (path: string) => string; budget: number; context: number};

/** Where context was asked for, what is not adjacent is told apart. */
export function linesOf(lines: readonly FoundLine[]): string {
  const apart = lines.some(({match}) => !match);
  let last = Infinity;
  let text = '';
  for (const {number, text: words, match} of lines) {
    if (apart && number > last + 1) text += '--\n';
    text += `${number}${match ? ':' : '-'}${words}\n`;
    last = number;
  }
  return text;
}
