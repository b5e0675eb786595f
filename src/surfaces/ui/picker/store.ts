import {newPicker, type PickEffect, type Picker, type PickMessage} from './state.ts';
import {update} from './update.ts';

/** Holds the picker's state between what happens and what is drawn. */
export type PickStore = {
  get: () => Picker;
  subscribe: (listener: () => void) => () => void;
  dispatch: (message: PickMessage) => void;
};

export function createPickStore(perform: (effect: PickEffect) => void): PickStore {
  let picker = newPicker;
  const listeners = new Set<() => void>();
  return {
    get: () => picker,
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch: message => {
      const updated = update(picker, message);
      picker = updated.picker;
      for (const listener of listeners) listener();
      for (const effect of updated.effects) perform(effect);
    },
  };
}
