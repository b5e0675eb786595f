import {cut} from '../../view/cut.ts';
import {lineWidth, span, type Line, type Span} from '../../view/line.ts';
import type {Player} from '../state.ts';
import {widthOf} from './transcript-rows.ts';

/** The bar on which the turns are marked, with what has happened heavy and what is to come light. */
export function barLine({tape, at, ...player}: Player): Line {
  const width = widthOf(player);
  const {begin, last} = tape.range;
  const columnOf = (moment: number): number => (last === begin ? width - 1 : Math.round(((moment - begin) / (last - begin)) * (width - 1)));
  const knob = columnOf(Math.max(begin, at));
  const turns = new Set(tape.turns.map(columnOf));
  const cells = Array.from({length: width}, (_, column) => (turns.has(column) ? (column < knob ? '┿' : '┼') : column < knob ? '━' : '─'));
  return [
    span(cells.slice(0, knob).join(''), 'accent'),
    span('●', {tone: 'accent', bold: true}),
    span(cells.slice(knob + 1).join(''), 'muted'),
  ];
}

/** Where it stands: what is least needed goes first where it is narrow. */
export function placeLine(player: Player): Line {
  const {tape, at, playing, speed} = player;
  const steps = tape.asked[tape.range.last] ?? 0;
  // So many at least, while the log is being read.
  const more = tape.whole ? '' : '+';
  const turn = tape.turns.filter(each => each <= at).length;
  const {day, time} = localTime(tape.records[at]?.at ?? '');
  const parts: readonly {keep: number; part: Span}[] = [
    {keep: 6, part: span(`${playing === null ? '❚❚' : '▶'} ${speedWords(speed)}`, playing === null ? 'muted' : 'good')},
    {keep: 5, part: span(`step ${tape.asked[at] ?? 0} of ${steps}${more}`)},
    {keep: 3, part: span(`turn ${turn} of ${tape.turns.length}${more}`, 'muted')},
    {keep: 1, part: span(day, 'muted')},
    {keep: 4, part: span(time, 'muted')},
    {keep: 2, part: span(tape.id, 'muted')},
  ];
  const width = widthOf(player);
  const kept = [...parts];
  while (kept.length > 1 && lineWidth(joined(kept)) > width)
    kept.splice(kept.indexOf(kept.reduce((least, each) => (each.keep < least.keep ? each : least))), 1);
  return cut(joined(kept), width);
}

const joined = (parts: readonly {part: Span}[]): Line =>
  parts.flatMap(({part}, index) => (index === 0 ? [part] : [span(' · ', 'muted'), part]));

const speedWords = (speed: number): string => `${Number(speed.toFixed(2))}×`;

/** When it was recorded, by the clock of whoever looks at it. */
function localTime(at: string): {day: string; time: string} {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return {day: '', time: ''};
  const two = (value: number): string => String(value).padStart(2, '0');
  return {
    day: `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    time: `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`,
  };
}
