import type {Effect, Message, Player} from './state.ts';
import {playerWakesAt, updatePlayer} from './update/update.ts';

/** Holds the player's state between what happens and what is drawn. While nothing plays no timer runs. */
export type PlayerStore = {
  get: () => Player;
  subscribe: (listener: () => void) => () => void;
  dispatch: (message: Message) => void;
  stop: () => void;
};

export function createPlayerStore(first: Player, {now, perform}: {now: () => number; perform: (effect: Effect) => void}): PlayerStore {
  let player = first;
  let waking: NodeJS.Timeout | null = null;
  const listeners = new Set<() => void>();
  const stop = () => {
    if (waking !== null) clearTimeout(waking);
    waking = null;
  };
  const dispatch = (message: Message) => {
    const updated = updatePlayer(player, message, now());
    player = updated.player;
    stop();
    const at = player.ended === null ? playerWakesAt(player) : null;
    if (at !== null) waking = setTimeout(() => dispatch({type: 'tick'}), Math.max(0, at - now()));
    for (const listener of listeners) listener();
    for (const effect of updated.effects) perform(effect);
  };
  return {
    get: () => player,
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch,
    stop,
  };
}
