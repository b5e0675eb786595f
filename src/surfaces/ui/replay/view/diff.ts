import {shownLines} from '../../view/safe-text.ts';
import {span, type Line, type Span} from '../../view/line.ts';
import {wrap} from '../../view/wrap.ts';
import type {DiffText, Loaded} from '../state.ts';
import {stateRows} from './loaded.ts';

export const diffTitle = (step: number): Line => [span(`Files changed by step ${step}`, {bold: true})];

const memory = new WeakMap<DiffText, {width: number; rows: readonly Line[]}>();

/** A unified diff, coloured by how its lines begin. What a terminal would obey is written out. */
export function diffRows(text: Loaded<DiffText>, width: number): readonly Line[] {
  if (text.is !== 'here') return stateRows(text, width);
  const known = memory.get(text.value);
  if (known?.width === width) return known.rows;
  const {lines, cut} = text.value;
  const rows = lines.flatMap(line => wrap([styled(shownLines(line))], width, {words: false}));
  const all = cut ? [...rows, [span('There is more of it: agent diff shows the whole.', 'warning')]] : rows;
  memory.set(text.value, {width, rows: all});
  return all;
}

function styled(line: string): Span {
  if (/^(diff |index |--- |\+\+\+ |new file|deleted file|old mode|new mode|similarity|rename )/.test(line)) return span(line, {bold: true});
  if (line.startsWith('@@')) return span(line, 'accent');
  if (line.startsWith('+')) return span(line, 'good');
  return line.startsWith('-') ? span(line, 'bad') : span(line);
}
