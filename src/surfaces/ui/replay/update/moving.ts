import {replayWait} from '../../../../core/projections/replay-pace.ts';
import {only, stillReading, type Player, type Updated} from '../state.ts';

/** Shows another moment. What was scrolled to or chosen there is forgotten. */
export function goTo(player: Player, at: number): Player {
  const {begin, last} = player.tape.range;
  const moment = Math.max(begin, Math.min(at, last));
  return dueFrom({...player, at: moment, view: null, selected: null});
}

export function stepBy(player: Player, by: -1 | 1): Player {
  const {stops, range, whole} = player.tape;
  const next = by > 0 ? stops.find(({at}) => at > player.at)?.at : stops.findLast(({at}) => at < player.at)?.at;
  if (by > 0 && next === undefined && !whole) return {...player, hint: stillReading};
  if (by > 0 && player.at === range.last) return {...player, hint: theEnd};
  if (by < 0 && player.at === range.begin) return {...player, hint: theBeginning};
  return goTo(player, next ?? (by > 0 ? range.last : range.begin));
}

/** To the prompt that a turn begins with: the next one, or the one before this moment. */
export function turnBy(player: Player, by: -1 | 1): Player {
  const {turns, whole} = player.tape;
  const next = by > 0 ? turns.find(at => at > player.at) : turns.findLast(at => at < player.at);
  if (next === undefined && by > 0) return {...player, hint: whole ? 'There is no turn after this one.' : stillReading};
  if (next === undefined) return goTo(player, player.tape.range.begin);
  return goTo(player, next);
}

/** The end of a step; null where the range has no such step. */
export function goToStep(player: Player, step: number): Player | null {
  const {stops, asked, range} = player.tape;
  const stop = step > (asked[range.last] ?? 0) ? undefined : stops.find(each => each.step === step);
  return stop === undefined ? null : goTo(player, stop.at);
}

export function playOrPause(player: Player): Player {
  if (player.playing !== null) return {...player, playing: null};
  const from = isAtEnd(player) ? goTo(player, player.tape.range.begin) : player;
  return {...from, playing: {due: from.now + nextWait(from)}};
}

/** Whatever is due by now has happened. */
export function playOn(player: Player): Player {
  if (player.playing === null) return player;
  let {at, tape} = player;
  let {due} = player.playing;
  while (at < tape.range.last && due <= player.now) {
    at++;
    due += nextWait({...player, at});
  }
  if (at === player.at && !isAtEnd(player)) return player;
  // Whoever scrolled up reads on there while it plays.
  return isAtEnd({at, tape}) ? {...player, at, playing: null, hint: theEnd} : {...player, at, playing: {due}};
}

export const atSpeed = (player: Player, speed: number): Updated => only(dueFrom({...player, speed, hint: null}));

const dueFrom = (player: Player): Player =>
  player.playing === null ? player : {...player, playing: isAtEnd(player) ? null : {due: player.now + nextWait(player)}};

/** The end of what was read so far is none. */
const isAtEnd = ({at, tape}: Pick<Player, 'at' | 'tape'>): boolean => tape.whole && at === tape.range.last;

function nextWait({tape, at, speed}: Pick<Player, 'tape' | 'at' | 'speed'>): number {
  const [now, next] = [tape.records[at], tape.records[at + 1]];
  return now === undefined || next === undefined ? 0 : replayWait(now, next, speed);
}

const theEnd = 'This is the end.';
const theBeginning = 'This is the beginning.';
