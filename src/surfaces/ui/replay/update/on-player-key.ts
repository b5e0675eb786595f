import type {PlayerKey} from '../keys.ts';
import {selectFrom} from '../selection.ts';
import {ask, only, speedOf, stillReading, type Player, type Updated} from '../state.ts';
import {heightOf, moved} from '../view/transcript-rows.ts';
import {onAskingKey} from './asking.ts';
import {atSpeed, goTo, playOrPause, stepBy, turnBy} from './moving.ts';
import {onOverlayKey, openContext, openDiff, openHelp, openOutput} from './overlays.ts';
import {findNext} from './searching.ts';

/** A key: for what is being typed, else for what stands over the transcript, else for the transcript itself. */
export function onPlayerKey(before: Player, key: PlayerKey): Updated {
  const player = {...before, hint: null};
  if (key.type === 'press' && key.key === 'interrupt') return only({...player, ended: 'interrupted'}, {do: 'end'});
  if (key.type === 'press' && key.key === 'suspend') return only({...player, playing: null}, {do: 'suspend'});
  if (player.asking !== null) return onAskingKey(player, player.asking, key);
  if (player.overlay !== null) return onOverlayKey(player, player.overlay, key);
  const name = key.type === 'press' ? key.key : key.type === 'char' ? key.char : '';
  if (needsWhole.has(name) && !player.tape.whole) return only({...player, hint: stillReading});
  return /^[1-9]$/.test(name) ? atSpeed(player, speedOf(Number(name))) : (keys[name]?.(player) ?? only(player));
}

const needsWhole: ReadonlySet<string> = new Set(['line-end', 'd', '/', 'g', 'n', 'N']);

const scrolled = (player: Player, by: number): Updated => only({...player, view: moved(player, by), selected: null});
const quit = (player: Player): Updated => only({...player, ended: 'quit'}, {do: 'end'});
const page = (player: Player): number => Math.max(1, heightOf(player) - 2);

const keys: Readonly<Partial<Record<string, (player: Player) => Updated>>> = {
  ' ': player => only(playOrPause(player)),
  right: player => only(stepBy(player, 1)),
  left: player => only(stepBy(player, -1)),
  ']': player => only(turnBy(player, 1)),
  '[': player => only(turnBy(player, -1)),
  'line-start': player => only(goTo(player, player.tape.range.begin)),
  'line-end': player => only(goTo(player, player.tape.range.last)),
  up: player => scrolled(player, -1),
  down: player => scrolled(player, 1),
  'page-up': player => scrolled(player, -page(player)),
  'page-down': player => scrolled(player, page(player)),
  tab: player => only(selectFrom(player, -1)),
  'shift-tab': player => only(selectFrom(player, 1)),
  enter: openOutput,
  c: openContext,
  d: openDiff,
  '?': openHelp,
  '/': player => only(ask(player, 'text')),
  g: player => only(ask(player, 'step')),
  n: player => only(findNext(player, 1)),
  N: player => only(findNext(player, -1)),
  q: quit,
  // The first Esc takes the marks of a search away.
  escape: player => (player.found === null ? quit(player) : only({...player, found: null})),
  'end-of-input': quit,
};
