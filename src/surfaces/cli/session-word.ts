import {restWord} from '../../core/projections/rest-word.ts';
import type {Turn} from '../../core/turn/turn.ts';

/** Where a session stands, in a word or two. */
export const sessionWord = (turn: Turn, busy: boolean): string => stateWord({word: restWord(turn), owes: turn.owes !== 'human'}, busy);

/** The same of a session in a list. */
export const stateWord = ({word, owes}: {word: string; owes: boolean}, busy: boolean): string =>
  busy ? (owes ? 'running' : 'open') : word;
