import type {Pending} from '../turn/turn.ts';
import type {CallId} from '../vocabulary/ids.ts';
import {rowing, rowOf, type Rowing} from './session-row.ts';

/** The state of a row's fold as text, to go on from later: without what was said, and without what only the running session needs. */
export function packed(state: Rowing): string {
  const calls = [...state.turn.calls].map(([id, pending]) => [id, {...pending, call: {...pending.call, input: null}}]);
  const card = {...state.card, answer: rowOf(state).answer, unasked: []};
  const {changes, root, files} = state;
  return JSON.stringify({card, turn: {...state.turn, calls}, changes, root, first: rowOf(state).first, files, paths: [...state.paths]});
}

/** `text` is what `packed` gave: of other folds than these it is not to be gone on from. */
export function unpacked(text: string): Rowing {
  const kept = JSON.parse(text) as Omit<Rowing, 'turn' | 'paths'> & {turn: Rowing['turn'] & {calls: [CallId, Pending][]}; paths: string[]};
  return {...kept, turn: {...kept.turn, calls: new Map(kept.turn.calls)}, paths: new Set(kept.paths), said: rowing.initial.said};
}
