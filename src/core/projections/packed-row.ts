import {turn, type Pending} from '../turn/turn.ts';
import type {CallId} from '../vocabulary/ids.ts';
import {rowing, rowOf, type Rowing} from './session-row.ts';

/** The state of a row's fold as text, to go on from later: without what was said, and without what only the running session needs. */
export function packed(state: Rowing): string {
  const calls = [...state.turn.calls].map(([id, pending]) => [id, {...pending, call: {...pending.call, input: null}}]);
  const card = {...state.card, answer: rowOf(state).answer, unasked: []};
  const {changes, root, files} = state;
  return JSON.stringify({card, turn: {...state.turn, calls}, changes, root, first: rowOf(state).first, files, paths: [...state.paths]});
}

/** `text` is what `packed` gave, in this version: who keeps it keeps `shape` beside it. */
export function unpacked(text: string): Rowing {
  const kept = JSON.parse(text) as Omit<Rowing, 'turn' | 'paths'> & {turn: Rowing['turn'] & {calls: [CallId, Pending][]}; paths: string[]};
  return {...kept, turn: {...kept.turn, calls: new Map(kept.turn.calls)}, paths: new Set(kept.paths), said: rowing.initial.said};
}

/** What a state is made of: another shape is of another version, and is not gone on from. */
export const shape = (): string => packed({...rowing.initial, turn: turn.initial});
