import type {PickRow} from '../../../agent/picking.ts';
import {grouped} from '../../../core/projections/call-title.ts';
import {askedWords, marksIn} from '../../../core/text/words.ts';
import {layoutNear} from '../input/layout.ts';
import {cut} from '../view/cut.ts';
import {lineWidth, span, type Line, type Span} from '../view/line.ts';
import {safeLine} from '../view/safe-text.ts';
import type {Screen, Size} from '../view/screen.ts';
import {previewLines} from './preview.ts';
import {queryOf, selectedIndex, shownRows, type Picker} from './state.ts';

/** The whole picker: what is looked for, the list, the session that the cursor is on, the keys. Always shorter than the screen. */
export function pickerScreen(picker: Picker, {columns, rows}: Size): Screen {
  if (picker.ended !== null) return {lines: [], cursor: null};
  const width = Math.max(10, columns - 1);
  const height = Math.max(4, rows - 1);
  const shown = shownRows(picker);
  const at = selectedIndex(picker, shown);
  const query = queryLine(picker, width);
  const room = height - 3;
  const preview =
    shown[at] === undefined || room < leastList + 3 ? [] : previewLines(picker, shown[at], {width, height: Math.floor((room - 1) / 2)});
  const list = listLines(picker, shown, {width, height: room - preview.length - (preview.length > 0 ? 1 : 0)});
  const apart: readonly Line[] = preview.length > 0 ? [[span('─'.repeat(width), 'muted')]] : [];
  const lines = [query.line, countLine(picker, shown.length, width), ...list, ...apart, ...preview, keysLine(picker, width)];
  return {lines: lines.slice(0, height), cursor: {x: query.x, y: 0}};
}

/** Rows of the list that a preview leaves room for. */
const leastList = 4;

const mark = '› ';

function queryLine({editor}: Picker, width: number): {line: Line; x: number} {
  const {rows, x} = layoutNear(editor, {width: width - mark.length, height: 1});
  const typed = editor.text === '' ? [span('Type to search titles and text', 'muted')] : (rows[0] ?? []);
  return {line: cut([span(mark, 'accent'), ...typed], width), x: mark.length + x};
}

function countLine(picker: Picker, shown: number, width: number): Line {
  if (picker.problem !== null) return cut([span(`! ${safeLine(picker.problem)}`, 'bad')], width);
  const {rows, all, isLoading} = picker;
  const isSearching = askedWords(queryOf(picker)).length > 0 && !(picker.found?.query === queryOf(picker) && picker.found.isWhole);
  const of = shown === rows.length ? grouped(shown) : `${grouped(shown)} of ${grouped(rows.length)}`;
  const where = all ? 'of all repositories' : 'of this repository';
  const doing = isLoading ? ' · reading …' : isSearching ? ' · searching …' : '';
  return cut([span(`  ${of} ${rows.length === 1 ? 'session' : 'sessions'} ${where}${doing}`, 'muted')], width);
}

function listLines(picker: Picker, shown: readonly PickRow[], {width, height}: {width: number; height: number}): readonly Line[] {
  if (shown.length === 0)
    return picker.isLoading || picker.problem !== null ? [] : [cut([span(`  ${emptyWords(picker)}`, 'muted')], width)];
  const at = selectedIndex(picker, shown);
  const first = Math.max(0, Math.min(at - Math.floor(height / 2), shown.length - height));
  const words = askedWords(queryOf(picker));
  return shown.slice(first, first + height).map((row, index) => rowLine(row, {isAt: first + index === at, words, all: picker.all, width}));
}

function emptyWords(picker: Picker): string {
  if (picker.rows.length > 0) return 'None fits.';
  return picker.all ? 'There is no session yet.' : 'There is no session of this repository. Tab shows those of all.';
}

/** Where it is narrow, what stands behind the title goes first. */
const leastTitle = 24;

type Drawn = {isAt: boolean; words: readonly string[]; all: boolean; width: number};

function rowLine({title, age, state, row}: PickRow, {isAt, words, all, width}: Drawn): Line {
  const repo = row.repo?.split('/').findLast(part => part !== '') ?? 'no repository';
  const behind = [age, state, ...(all ? [safeLine(repo)] : [])];
  while (behind.length > 0 && width - 4 - behind.join(' · ').length < leastTitle) behind.pop();
  const right = behind.join(' · ');
  const rightWidth = lineWidth([span(right)]);
  const name = safeLine(title) || '(no prompt yet)';
  const left = cut([span(isAt ? '❯ ' : '  ', 'accent'), ...marked(name, words, isAt)], right === '' ? width : width - rightWidth - 2);
  const gap = ' '.repeat(Math.max(0, width - lineWidth(left) - rightWidth));
  return right === '' ? left : cut([...left, span(gap), span(right, 'muted')], width);
}

function marked(text: string, words: readonly string[], bold: boolean): readonly Span[] {
  const style = bold ? {bold} : {};
  const spans: Span[] = [];
  let at = 0;
  for (const {start, end} of words.length === 0 ? [] : marksIn(text, words)) {
    spans.push(span(text.slice(at, start), style), span(text.slice(start, end), {...style, tone: 'warning'}));
    at = end;
  }
  return [...spans, span(text.slice(at), style)];
}

function keysLine({all}: Picker, width: number): Line {
  const other = all ? 'this repository' : 'all repositories';
  const long = `  ↑↓ move · Enter resume · Tab ${other} · Esc leave`;
  return cut([span(long.length <= width ? long : `  Enter resume · Tab ${all ? 'this' : 'all'} · Esc leave`, 'muted')], width);
}
