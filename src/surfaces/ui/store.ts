import type {Effect, Message, Ui} from './state.ts';
import {update, wakesAt} from './update/update.ts';

/** Holds the screen's state between what happens and what is drawn. */
export type Store = {
  get: () => Ui;
  subscribe: (listener: () => void) => () => void;
  dispatch: (message: Message) => void;
  /** No timer is left. */
  stop: () => void;
};

const frame = 33;

/** What comes in streams is drawn at most once a frame; a key at once. At rest no timer runs. */
export function createStore(first: Ui, {now, perform}: {now: () => number; perform: (effect: Effect) => void}): Store {
  let ui = first;
  let drawing: NodeJS.Timeout | null = null;
  let waking: NodeJS.Timeout | null = null;
  const listeners = new Set<() => void>();
  const draw = () => {
    if (drawing !== null) clearTimeout(drawing);
    drawing = null;
    for (const listener of listeners) listener();
  };
  const wake = () => {
    if (waking !== null) clearTimeout(waking);
    const at = wakesAt(ui);
    waking = at === null || ui.ended !== null ? null : setTimeout(() => dispatch({type: 'tick'}), Math.max(0, at - now()));
  };
  const dispatch = (message: Message) => {
    const updated = update(ui, message, now());
    ui = updated.ui;
    wake();
    if (message.type === 'progress') drawing ??= setTimeout(draw, frame);
    else draw();
    for (const effect of updated.effects) perform(effect);
  };
  return {
    get: () => ui,
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch,
    stop: () => {
      if (drawing !== null) clearTimeout(drawing);
      if (waking !== null) clearTimeout(waking);
    },
  };
}
