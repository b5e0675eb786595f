import type {Fold} from '../log/fold.ts';
import {tokensOf} from '../truncation/estimate.ts';
import type {ToolCall} from '../vocabulary/block.ts';
import type {Recorded, SessionEvent} from '../vocabulary/event.ts';
import type {Excerpt} from '../vocabulary/excerpt.ts';
import type {CallId} from '../vocabulary/ids.ts';
import {callTitle} from './call-title.ts';

/** Every output that was shortened, with its receipt; totals over all outputs. `saved` are tokens of the estimator. */
export type Audit = {
  calls: ReadonlyMap<CallId, ToolCall>;
  outputs: readonly Shortened[];
  total: {outputs: number; shortened: number; bytes: number; shown: number; saved: number};
};

export type Shortened = {call: CallId; title: string; excerpt: Excerpt; saved: number};

export const shortened: Fold<Audit> = {
  initial: {calls: new Map(), outputs: [], total: {outputs: 0, shortened: 0, bytes: 0, shown: 0, saved: 0}},
  apply: (state, {event}: Recorded) => {
    if (event.type === 'model.replied')
      return {...state, calls: new Map(event.content.filter(block => block.type === 'call').map(call => [call.id, call]))};
    return event.type === 'tool.finished' ? finished(state, event) : state;
  },
};

function finished(state: Audit, {call, outcome}: Extract<SessionEvent, {type: 'tool.finished'}>): Audit {
  if (!('shown' in outcome) || outcome.shown === undefined) return state;
  const excerpt = outcome.shown;
  const saved = Math.max(0, tokensOf(excerpt.total.bytes) - excerpt.shown.tokens);
  const {outputs, shortened: count, bytes, shown, saved: before} = state.total;
  const total = {
    outputs: outputs + 1,
    shortened: count + (excerpt.truncated ? 1 : 0),
    bytes: bytes + excerpt.total.bytes,
    shown: shown + excerpt.shown.bytes,
    saved: before + saved,
  };
  if (!excerpt.truncated) return {...state, total};
  const of = state.calls.get(call);
  return {...state, total, outputs: [...state.outputs, {call, title: of === undefined ? '' : callTitle(of), excerpt, saved}]};
}
