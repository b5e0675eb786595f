import {fit, widthOf} from './width.ts';

/** `paint` is put around a cell when its place is known, so that it never counts as text. `grow` takes what the line leaves over, and is cut to it. */
export type Column = {title: string; align?: 'left' | 'right'; grow?: boolean};
export type Cell = string | {text: string; paint: (text: string) => string};

/** Lines of a table: a head unless every title is empty, columns two spaces apart, nothing behind the last word of a line. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  {width, head}: {width: number; head: (text: string) => string},
): string[] {
  const titles = columns.map(({title}): Cell => ({text: title, paint: head}));
  const all = titles.some(title => textOf(title) !== '') ? [titles, ...rows] : rows;
  const widths = columns.map((_, index) => Math.max(0, ...all.map(row => widthOf(textOf(row[index] ?? '')))));
  const growing = columns.findIndex(({grow}) => grow === true);
  if (growing !== -1) {
    const others = widths.reduce((sum, columnWidth, index) => sum + (index === growing ? 0 : columnWidth), 2 * (columns.length - 1));
    widths[growing] = Math.min(widths[growing] ?? 0, Math.max(10, width - others));
  }
  return all.map(row => line(row, columns, widths));
}

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);

function line(row: readonly Cell[], columns: readonly Column[], widths: readonly number[]): string {
  let out = '';
  let owed = '';
  for (const [index, {align}] of columns.entries()) {
    const cell = row[index] ?? '';
    const text = fit(textOf(cell), widths[index] ?? 0);
    const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text)));
    const shown = text === '' ? '' : typeof cell === 'string' ? text : cell.paint(text);
    if (align === 'right') owed += padding;
    if (shown !== '') {
      out += owed + shown;
      owed = '';
    }
    owed += align === 'right' ? '  ' : `${padding}  `;
  }
  return out;
}
