import {characters} from './characters.ts';
import {lineWidth, span, type Line, type Span} from './line.ts';

/** `words`: break between words where one fits; code is broken anywhere. `indent` stands before every row but the first. */
export type Wrapping = {words?: boolean; indent?: string};

/** Breaks a line into rows of at most `width` columns. A character that is wider than the whole row gets a row of its own. */
export function wrap(line: Line, width: number, {words = true, indent = ''}: Wrapping = {}): readonly Line[] {
  if (lineWidth(line) <= width) return [line];
  const cells = line.flatMap((style, index) => characters(style.text).map(char => ({...char, index})));
  const rows: Line[] = [];
  let rest = cells;
  while (rest.length > 0) {
    const margin = rows.length === 0 ? '' : indent.length < width / 2 ? indent : '';
    const {end, next} = breakAt(rest, width - margin.length, words);
    rows.push([...(margin === '' ? [] : [span(margin)]), ...spans(rest.slice(0, end), line)]);
    rest = rest.slice(next);
  }
  return rows;
}

type Cell = {text: string; width: number; index: number};

/** The row ends before `end`, the next one begins at `next`: the spaces between them are not shown. */
function breakAt(cells: readonly Cell[], width: number, words: boolean): {end: number; next: number} {
  let used = 0;
  let full = 0;
  while (full < cells.length && used + (cells[full]?.width ?? 0) <= width) used += cells[full++]?.width ?? 0;
  if (full === cells.length) return {end: full, next: full};
  const hard = Math.max(1, full);
  if (!words) return {end: hard, next: hard};
  let space = hard;
  while (space > 0 && cells[space]?.text !== ' ') space--;
  const isIndent = cells.slice(0, space).every(({text}) => text === ' ');
  if (isIndent) return {end: hard, next: hard};
  let next = space;
  while (cells[next]?.text === ' ') next++;
  return {end: space, next};
}

function spans(cells: readonly Cell[], line: Line): readonly Span[] {
  const result: Span[] = [];
  let last = -1;
  for (const {text, index} of cells) {
    const before = result.at(-1);
    if (index === last && before !== undefined) result[result.length - 1] = {...before, text: before.text + text};
    else result.push({...line[index], text});
    last = index;
  }
  return result;
}
