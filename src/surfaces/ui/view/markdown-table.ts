import type {Tokens} from 'marked';
import {cut} from './cut.ts';
import {lineWidth, span, type Line, type Span} from './line.ts';
import {inline} from './markdown-inline.ts';
import {wrap} from './wrap.ts';

/** A table in columns where it fits; where a column would get too narrow to read, a row becomes a list of its cells. */
export function tableLines({header, rows}: Tokens.Table, width: number): readonly Line[] {
  const head = header.map(cell => cellLine(cell).map(part => ({...part, bold: true})));
  const body = rows.map(row => row.map(cellLine));
  const widths = fit(
    head.map((cell, column) => Math.max(1, ...[cell, ...body.map(row => row[column] ?? [])].map(lineWidth))),
    width,
  );
  if (widths === null) return asLists(head, body, width);
  const rule = [span(widths.map(size => '─'.repeat(size)).join('─┼─'), 'muted')];
  return [rowLine(head, widths), rule, ...body.map(row => rowLine(row, widths))];
}

const cellLine = (cell: Tokens.TableCell): Line =>
  inline(cell.tokens).flatMap((line, index) => (index === 0 ? line : [span(' '), ...line]));

const between = 3;
const narrowest = 8;

/** Shares the width: narrow columns get what they need, the widest are cut. Null where no column may be cut further. */
function fit(wanted: readonly number[], width: number): readonly number[] | null {
  const room = width - between * (wanted.length - 1);
  const widths = [...wanted];
  for (let over = widths.reduce((sum, size) => sum + size, 0) - room; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths));
    const size = widths[widest] ?? 0;
    if (size <= narrowest) return null;
    widths[widest] = size - 1;
  }
  return widths;
}

const rowLine = (cells: readonly Line[], widths: readonly number[]): Line =>
  widths.flatMap((size, column): readonly Span[] => {
    const cell = cut(cells[column] ?? [], size);
    const isLast = column === widths.length - 1;
    return [...cell, ...(isLast ? [] : [span(' '.repeat(size - lineWidth(cell))), span(' │ ', 'muted')])];
  });

const asLists = (head: readonly Line[], rows: readonly (readonly Line[])[], width: number): readonly Line[] =>
  rows.flatMap((row, index) => [
    ...(index === 0 ? [] : [[]]),
    ...row.flatMap((cell, column) => wrap([...(head[column] ?? []), span(': '), ...cell], width, {indent: '  '})),
  ]);
