import type {Entry} from '../../../core/projections/transcript.ts';
import type {Player} from './state.ts';
import {heightOf, itemsAt, linesOf, moved, rowsInSight, shownAt} from './view/transcript-rows.ts';

type CallEntry = Extract<Entry, {kind: 'call'}>;

/** The call that Enter opens, by its place among the entries: the one that was chosen, else the lowest in sight. */
export function selectedCall(player: Player): number | null {
  const {first, entries} = itemsAt(player);
  if (player.selected !== null && player.selected >= first && player.selected < entries) return player.selected;
  const lowest = rowsInSight(player).findLast(({item}) => callAt(player, item) !== null);
  return lowest?.item ?? null;
}

/** Chooses the next call upwards or downwards, and brings it into sight. */
export function selectFrom(player: Player, by: -1 | 1): Player {
  const {first, entries} = itemsAt(player);
  const now = selectedCall(player) ?? (by < 0 ? entries : first - 1);
  for (let item = now + by; item >= first && item < entries; item += by)
    if (callAt(player, item) !== null) return inSight({...player, selected: item}, item);
  return {...player, hint: by < 0 ? 'There is no call above this one.' : 'There is no call below this one.'};
}

export function callAt({tape, at}: Pick<Player, 'tape' | 'at'>, item: number): CallEntry['card'] | null {
  const entry = item < (tape.shown[at] ?? 0) ? tape.entries.at(item) : undefined;
  return entry?.kind === 'call' ? entry.card : null;
}

/** Scrolls so that a row of an item is in sight, with some rows below it; without a row, the whole item where it fits. */
export function inSight(player: Player, item: number, row: number = linesOf(player, item).length - 1): Player {
  const rows = rowsInSight(player);
  if (rows.some(each => each.item === item && each.row === row)) return player;
  const there = {...player, view: shownAt(player, {item, row})};
  return {...there, view: moved(there, Math.floor(heightOf(player) / 3))};
}
