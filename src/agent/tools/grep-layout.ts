import {overview} from './grep-overview.ts';

/** What a search found, by path in the order it came. `ended` where the search was ended before its end: all counts are then "at least". */
export type Found = {matches: number; files: Map<string, FoundInFile>; ended: boolean};
export type FoundInFile = {matches: number; lines: FoundLine[]};
export type FoundLine = {number: number; text: string; match: boolean};

/** `budget`: bytes that the model is shown; `context`: lines that were asked for around each match. */
export type Layout = {name: (path: string) => string; budget: number; context: number};

/**
 * Everything. Where that is more than the model is shown, a count and the first matches of every file stand before it, and the whole list is
 * one `read_output` away.
 */
export function foundText(found: Found, layout: Layout): string {
  const title = titleOf(found);
  const list = [...found.files].map(([path, file]) => `${layout.name(path)}\n${linesOf(file.lines)}${restOf(file)}`).join('');
  const whole = `${title}\n${list}`;
  if (Buffer.byteLength(whole) <= layout.budget) return whole;
  const first = `${title}: first a count and the first matches of each file, then all of them\n`;
  const last = `[end of ${found.matches} matches]\n`;
  const room = layout.budget - Buffer.byteLength(first) - Buffer.byteLength(last);
  return `${first}${overview(found, {...layout, budget: room})}\nAll matches\n${list}${last}`;
}

function titleOf({matches, files, ended}: Found): string {
  const counted = `${ended ? 'at least ' : ''}${matches} ${matches === 1 ? 'match' : 'matches'} in ${files.size} ${files.size === 1 ? 'file' : 'files'}`;
  return ended ? `${counted} (the search was ended: narrow it)` : counted;
}

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

function restOf({matches, lines}: FoundInFile): string {
  const rest = matches - lines.filter(({match}) => match).length;
  return rest > 0 ? `[${rest} more in this file, only counted: narrow the search]\n` : '';
}
