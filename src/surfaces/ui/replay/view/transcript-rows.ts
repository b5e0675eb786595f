import type {Entry} from '../../../../core/projections/transcript.ts';
import type {Player, Row} from '../state.ts';
import {finishedCall, openCall} from '../../view/call-card.ts';
import {itemLines} from '../../view/item.ts';
import type {Line} from '../../view/line.ts';

/** What the transcript at a moment is made of: entries `first` to `last`, of which the last may be the calls that run then. */
export type Items = {first: number; entries: number; last: number};

/** Columns before every row, for marks. */
const gutter = 2;

/** Rows of the transcript, above the slider. */
export const heightOf = ({size}: Pick<Player, 'size'>): number => Math.max(1, heightOfAll({size}) - 3 - (isLow({size}) ? 0 : 1));

/** The last row stays free: a terminal scrolls where it is written to its end. */
export const heightOfAll = ({size}: Pick<Player, 'size'>): number => Math.max(1, size.rows - 1);

/** There is no room for an empty row above the slider. */
export const isLow = ({size}: Pick<Player, 'size'>): boolean => size.rows < 8;

export const widthOf = ({size}: Pick<Player, 'size'>): number => Math.max(10, size.columns - 1);

export function itemsAt({tape, at}: Pick<Player, 'tape' | 'at'>): Items {
  const entries = tape.shown[at] ?? 0;
  return {first: tape.range.hidden, entries, last: (tape.open[at] ?? []).length > 0 ? entries : entries - 1};
}

/** The rows of one item. Only what is looked at is ever laid out. */
export function linesOf(player: Player, item: number): readonly Line[] {
  const width = widthOf(player) - gutter;
  if (item >= itemsAt(player).entries) return openLines(player, width);
  const entry = player.tape.entries.at(item);
  return entry === undefined ? [] : laidOut(entry, item > player.tape.range.hidden ? player.tape.entries.at(item - 1) : undefined, width);
}

/** The rows that fit, with the lowest one in sight at the end; where there is nothing more above it, what is below it. */
export function rowsInSight(player: Player): readonly Row[] {
  const height = heightOf(player);
  const {first, last} = itemsAt(player);
  if (last < first) return [];
  const bottom = within(player, player.view);
  const above = upwards(player, bottom, height);
  return [...above, ...downwards(player, bottom, height - above.length)];
}

/** The row that is `by` rows below, or above where it is negative; null is the end of the transcript, which is followed. */
export function moved(player: Player, by: number): Row | null {
  const {last, first} = itemsAt(player);
  const bottom = rowsInSight(player).at(-1);
  if (bottom === undefined || last < first) return null;
  const rows = by < 0 ? upwards(player, bottom, 1 - by) : downwards(player, bottom, by);
  return shownAt(player, (by < 0 ? rows[0] : rows.at(-1)) ?? bottom);
}

/** The lowest row in sight where this row is to be seen; null where that is the end. */
export function shownAt(player: Player, row: Row): Row | null {
  const {last} = itemsAt(player);
  const lowest = rowsInSight({...player, view: row}).at(-1);
  if (lowest === undefined || (lowest.item === last && lowest.row >= linesOf(player, last).length - 1)) return null;
  return lowest;
}

function within(player: Player, row: Row | null): Row {
  const {first, last} = itemsAt(player);
  const item = Math.max(first, Math.min(row?.item ?? last, last));
  const end = Math.max(0, linesOf(player, item).length - 1);
  return {item, row: row === null || row.item > item ? end : Math.max(0, Math.min(row.row, end))};
}

/** At most `count` rows, `from` being the last of them. */
function upwards(player: Player, from: Row, count: number): readonly Row[] {
  const {first} = itemsAt(player);
  const rows: Row[] = [];
  for (let {item, row} = from; item >= first && rows.length < count; item--, row = Infinity)
    for (let at = Math.min(row, linesOf(player, item).length - 1); at >= 0 && rows.length < count; at--) rows.push({item, row: at});
  return rows.toReversed();
}

/** At most `count` rows behind `from`. */
function downwards(player: Player, from: Row, count: number): readonly Row[] {
  const {last} = itemsAt(player);
  const rows: Row[] = [];
  for (let {item, row} = from; item <= last && rows.length < count; item++, row = -1)
    for (let at = row + 1; at < linesOf(player, item).length && rows.length < count; at++) rows.push({item, row: at});
  return rows;
}

const memory = new WeakMap<Entry, {width: number; before: Entry | undefined; lines: readonly Line[]}>();

/** An entry is laid out once for a width: a slider that is drawn thirty times a second reads no Markdown. */
function laidOut(entry: Entry, before: Entry | undefined, width: number): readonly Line[] {
  const known = memory.get(entry);
  if (known !== undefined && known.width === width && known.before === before) return known.lines;
  const lines = itemLines(itemOf(entry), before === undefined ? undefined : itemOf(before), width);
  memory.set(entry, {width, before, lines});
  return lines;
}

const itemOf = (entry: Entry) => ({kind: 'entry' as const, entry, seen: []});

function openLines({tape, at}: Player, width: number): readonly Line[] {
  const now = Date.parse(tape.records[at]?.at ?? '');
  const cards = tape.open[at] ?? [];
  const isClose = tape.entries.at((tape.shown[at] ?? 0) - 1)?.kind === 'call';
  const lines = cards.flatMap(card =>
    card.outcome === null
      ? openCall(card, {output: undefined, now, width})
      : finishedCall({...card, outcome: card.outcome}, [], width).slice(0, 1),
  );
  return isClose ? lines : [[], ...lines];
}
