import type {Fold} from '../log/fold.ts';
import {Growing} from '../log/growing.ts';
import {tokensSaved} from '../truncation/saved.ts';
import type {ToolCall} from '../vocabulary/block.ts';
import type {Recorded} from '../vocabulary/event.ts';
import type {Excerpt} from '../vocabulary/excerpt.ts';
import type {CallId, Sha256} from '../vocabulary/ids.ts';
import {callTitle} from './call-title.ts';

/** Every output, oldest first, with what printed it; `call` is null for a prompt that was too large to be shown whole. */
export type Receipts = {calls: ReadonlyMap<CallId, ToolCall>; outputs: Growing<Receipt>};
export type Receipt = {call: CallId | null; tool: string; title: string; excerpt: Excerpt};

export const receipts: Fold<Receipts> = {initial: {calls: new Map(), outputs: new Growing()}, apply};

/**
 * Every output that was shortened, and totals over all outputs. `saved` are tokens of the estimator. `repeats` counts how often the same bytes,
 * if there were any, had come before; in the totals, how many outputs were such a repetition.
 */
export type Audit = {outputs: readonly Shortened[]; total: AuditTotal};
export type Shortened = Receipt & {saved: number; repeats: number};
export type AuditTotal = {
  outputs: number;
  shortened: number;
  bytes: number;
  shown: number;
  dropped_lines: number;
  saved: number;
  repeats: number;
  redactions: number;
};

export function audited({outputs}: Receipts): Audit {
  const seen = new Map<Sha256, number>();
  const shortened: Shortened[] = [];
  const total: AuditTotal = {outputs: 0, shortened: 0, bytes: 0, shown: 0, dropped_lines: 0, saved: 0, repeats: 0, redactions: 0};
  for (const receipt of outputs) {
    const {excerpt} = receipt;
    const repeats = seen.get(excerpt.stdout_sha256) ?? 0;
    if (excerpt.total.bytes > 0) seen.set(excerpt.stdout_sha256, repeats + 1);
    const saved = tokensSaved(excerpt);
    if (excerpt.truncated) shortened.push({...receipt, saved, repeats});
    add(total, {
      outputs: 1,
      shortened: excerpt.truncated ? 1 : 0,
      bytes: excerpt.total.bytes,
      shown: excerpt.shown.bytes,
      dropped_lines: excerpt.truncated_lines_count,
      saved,
      repeats: repeats > 0 ? 1 : 0,
      redactions: excerpt.redactions,
    });
  }
  return {outputs: shortened, total};
}

function add(total: AuditTotal, one: AuditTotal): void {
  for (const key of Object.keys(total) as (keyof AuditTotal)[]) total[key] += one[key];
}

function apply(state: Receipts, {event}: Recorded): Receipts {
  switch (event.type) {
    case 'model.replied':
      return {...state, calls: new Map(event.content.filter(block => block.type === 'call').map(call => [call.id, call]))};
    case 'user.prompted':
    case 'user.steered':
      return event.whole === undefined ? state : printed(state, {call: null, tool: 'prompt', title: 'prompt', excerpt: event.whole});
    case 'tool.finished':
    case 'result.replaced': {
      const excerpt = 'shown' in event.outcome ? event.outcome.shown : undefined;
      if (excerpt === undefined) return state;
      const of = state.calls.get(event.call);
      return printed(state, {call: event.call, tool: of?.tool ?? '', title: of === undefined ? '' : callTitle(of), excerpt});
    }
    default:
      return state;
  }
}

const printed = (state: Receipts, receipt: Receipt): Receipts => ({...state, outputs: state.outputs.with(receipt)});
