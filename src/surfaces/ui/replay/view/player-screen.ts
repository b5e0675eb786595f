import {isTakenBack} from '../../../../core/projections/taken-back.ts';
import {layoutNear} from '../../input/layout.ts';
import {cut} from '../../view/cut.ts';
import {plain, span, type Line} from '../../view/line.ts';
import {safeLine} from '../../view/safe-text.ts';
import type {Screen} from '../../view/screen.ts';
import {placeIn} from '../search.ts';
import {selectedCall} from '../selection.ts';
import type {Asking, Player, Row} from '../state.ts';
import {marked} from './marked.ts';
import {overlayLines} from './overlay.ts';
import {barLine, placeLine} from './slider.ts';
import {heightOf, heightOfAll, isLow, itemsAt, linesOf, rowsInSight, widthOf} from './transcript-rows.ts';

/** The whole screen: the transcript up to this moment, or what stands in its place, and the slider below it. */
export function playerScreen(player: Player): Screen {
  if (player.ended !== null) return {lines: [], cursor: null};
  const height = heightOf(player);
  const above = player.overlay === null ? transcriptLines(player) : overlayLines(player, player.overlay);
  const filled = [...above.slice(0, height), ...Array.from({length: Math.max(0, height - above.length)}, (): Line => [span('')])];
  const last = player.asking === null ? {line: hintLine(player), x: null} : askingLine(player.asking, widthOf(player));
  const lines = [...filled, ...(isLow(player) ? [] : [[span('')]]), barLine(player), placeLine(player), last.line];
  const shown = lines.slice(-heightOfAll(player)).map(line => cut(line, widthOf(player)));
  return {lines: shown, cursor: last.x === null ? null : {x: last.x, y: shown.length - 1}};
}

function transcriptLines(player: Player): readonly Line[] {
  const rows = rowsInSight(player);
  const selected = selectedCall(player);
  const spans = player.tape.taken_back[player.at] ?? [];
  const current = player.found?.entries[player.found.current] ?? null;
  if (rows.length === 0) return [[span('  Nothing has happened yet.', 'muted')]];
  return rows.map((row): Line => {
    const line = linesOf(player, row.item)[row.row] ?? [];
    const entry = row.item < itemsAt(player).entries ? player.tape.entries.at(row.item) : undefined;
    const gone = entry !== undefined && isTakenBack(spans, entry.seq);
    const place = player.found === null ? null : placeIn(player.found.text, plain(line));
    const body = gone ? line.map(({text}) => span(text, 'muted')) : line;
    const isTitle = isFirstText(player, row);
    const mark = row.item === current && place !== null ? '»' : row.item === selected && isTitle ? '▸' : gone && isTitle ? '×' : ' ';
    return [span(`${mark} `, mark === '×' ? 'muted' : 'accent'), ...(place === null ? body : marked(body, place))];
  });
}

/** The row in which an item begins: calls stand close together, all else has an empty row before it. */
function isFirstText(player: Player, {item, row}: Row): boolean {
  return row === linesOf(player, item).findIndex(line => plain(line).trim() !== '');
}

function hintLine(player: Player): Line {
  const width = widthOf(player);
  if (player.hint !== null) return cut([span(safeLine(player.hint), 'warning')], width);
  return cut([span(fitting(hintsOf(player), width), 'muted')], width);
}

/** The last of them is always told; of the others as many as fit, the first ones first. */
function fitting(hints: readonly string[], width: number): string {
  const last = hints.at(-1) ?? '';
  const kept: string[] = [];
  for (const hint of hints.slice(0, -1)) {
    if ([...kept, hint, last].join(' · ').length > width) break;
    kept.push(hint);
  }
  return [...kept, last].join(' · ');
}

function hintsOf({overlay}: Player): readonly string[] {
  if (overlay === null)
    return [
      'space play',
      '←→ step',
      '[ ] turn',
      '⏎ output',
      'c context',
      'd diff',
      '/ search',
      'g go to',
      '1-9 speed',
      'q leave',
      '? keys',
    ];
  const back = 'Esc back';
  if (overlay.kind === 'output') return ['↑↓ PgUp PgDn', '←→ along the lines', 'g line', back];
  return ['↑↓ PgUp PgDn', back];
}

const questions: Readonly<Record<Asking['for'], string>> = {text: '/', step: 'go to step: ', line: 'go to line: '};

function askingLine({for: what, editor}: Asking, width: number): {line: Line; x: number} {
  const question = questions[what];
  const {rows, x} = layoutNear(editor, {width: Math.max(1, width - question.length), height: 1});
  return {line: cut([span(question, 'accent'), ...(rows[0] ?? [])], width), x: Math.min(width, question.length + x)};
}
