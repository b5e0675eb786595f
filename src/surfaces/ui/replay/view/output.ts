import {grouped, size} from '../../../../core/projections/call-title.ts';
import {shownLines} from '../../view/safe-text.ts';
import {cut} from '../../view/cut.ts';
import {span, type Line} from '../../view/line.ts';
import type {Overlay, OutputPlace, Player} from '../state.ts';
import {stateRows} from './loaded.ts';
import {widthOf} from './transcript-rows.ts';

type Output = Extract<Overlay, {kind: 'output'}>;

/** Of a long command the beginning, so that the figures behind it stay in sight. */
export function outputTitle({title, lines, bytes, left}: Output, width: number): Line {
  const from = left === 0 ? '' : ` · from byte ${grouped(left + 1)} of each line`;
  const figures = ` · ${grouped(lines)} ${lines === 1 ? 'line' : 'lines'} · ${size(bytes)}${from}`;
  return [...cut([span(title, {bold: true})], Math.max(Math.floor(width / 2), width - figures.length)), span(figures, 'muted')];
}

/** The original bytes with the numbers of their lines. What a terminal would obey is written out; a long line goes on to the right. */
export function outputRows(output: Output, width: number): readonly Line[] {
  const {page, top, lines, left} = output;
  if (page.is !== 'here') return stateRows(page, width);
  const digits = digitsOf(lines);
  return page.value.map(({text, more}, index) => {
    const number = span(`${String(top + index).padStart(digits)} `, 'muted');
    const body = span(shownLines(text).replaceAll('\n', ''));
    const begun = left > 0 && text !== '' ? [span('…', 'muted')] : [];
    return cut([number, ...begun, body, ...(more ? [span('…', 'muted')] : [])], width);
  });
}

/** Columns for the text of a line. */
export const outputWidth = (player: Pick<Player, 'size'>, {lines}: Pick<OutputPlace, 'lines'>): number =>
  Math.max(1, widthOf(player) - digitsOf(lines) - 1);

const digitsOf = (lines: number): number => String(lines).length;
