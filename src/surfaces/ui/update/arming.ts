import type {Ui} from '../state.ts';

/** From when on a question that appears now may be answered by a key: later where the user is in the middle of typing. */
export const armedAt = (ui: Ui): number => ui.now + (ui.now - ui.last_typed < recently ? pause : reaction);

/** Each character that came too early puts the question off: it went into the editor, and the next one should too. */
export const putOff = (ui: Ui): number => ui.now + pause;

/** Full mode asks first: everything runs without a question in it. */
export const confirmFull = (ui: Ui): Ui => (ui.dialog === null ? {...ui, dialog: {kind: 'confirm-full', armed_at: ui.now + reaction}} : ui);

const reaction = 250;
const pause = 750;
const recently = 1_000;
