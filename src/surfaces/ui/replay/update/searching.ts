import type {Player} from '../state.ts';
import {entriesWith, placeIn} from '../search.ts';
import {callAt, inSight} from '../selection.ts';
import {plain} from '../../view/line.ts';
import {itemsAt, linesOf, rowsInSight} from '../view/transcript-rows.ts';
import {goTo} from './moving.ts';

/** Looks for a text in the whole session, and goes to the first place at or behind what is on the screen; where there is none, to the first of all. */
export function find(player: Player, text: string): Player {
  const entries = entriesWith(text, player.tape);
  if (entries.length === 0) return {...player, found: null, hint: `"${text}" stands nowhere in this session.`};
  const from = rowsInSight(player)[0]?.item ?? itemsAt(player).first;
  const next = entries.findIndex(item => item >= from);
  return show({...player, found: {text, entries, current: Math.max(0, next)}});
}

/** The next place, or the one before; behind the last one comes the first. */
export function findNext(player: Player, by: -1 | 1): Player {
  const {found} = player;
  if (found === null) return {...player, hint: 'Look for something first: /'};
  const {length} = found.entries;
  return show({...player, found: {...found, current: (found.current + by + length) % length}});
}

/** To the moment at which the entry came, unless it is there already, and to the row in which the text stands. */
function show(player: Player): Player {
  const {found, tape} = player;
  const item = found?.entries[found.current];
  if (found === null || item === undefined) return player;
  const there = item < itemsAt(player).entries ? player : goTo(player, firstWith(tape.shown, item));
  const row = linesOf(there, item).findIndex(line => placeIn(found.text, plain(line)) !== null);
  const seen = inSight(there, item, Math.max(0, row));
  return {
    ...seen,
    selected: callAt(seen, item) === null ? null : item,
    hint: `${found.current + 1} of ${found.entries.length} with "${found.text}" · n on · N back`,
  };
}

/** The first moment at which an entry is there: the counts only grow. */
function firstWith(shown: readonly number[], item: number): number {
  let [low, high] = [0, shown.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shown[middle] ?? 0) > item) high = middle;
    else low = middle + 1;
  }
  return low;
}
