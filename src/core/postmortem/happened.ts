import {plan, type Plan} from '../context/plan.ts';
import {trace, type Trace} from '../context/trace.ts';
import type {Fold} from '../log/fold.ts';
import {Growing} from '../log/growing.ts';
import type {Failure, ToolCall} from '../vocabulary/block.ts';
import type {Recorded, SessionEvent} from '../vocabulary/event.ts';
import type {CallId, Sha256} from '../vocabulary/ids.ts';
import type {Outcome} from '../vocabulary/outcome.ts';

/** What a postmortem looks at: the calls that ended, the requests that were too large, and what each step cost. */
export type Happened = {
  ended: Growing<EndedCall>;
  overflows: Growing<Overflow>;
  /** Tokens of the request and the reply of each step. */
  spent: ReadonlyMap<number, number>;
  open: ReadonlyMap<CallId, {call: ToolCall; at: string | null}>;
  /** When the time of a run was up. */
  late: string | null;
  plan: Plan;
  trace: Trace;
};

/** `ms` from its start to its end; null where the log does not say. `overdue`: the run's time was up while it ran. */
export type EndedCall = {call: ToolCall; outcome: Outcome; ms: number | null; overdue: boolean};

/** A request that the model refused as too large, or that could not be made. `results` are the outputs in it, the largest first. */
export type Overflow = {
  step: number;
  error: Failure;
  tokens: number;
  results: readonly {call: CallId; sha256: Sha256 | null; tokens: number}[];
};

export const happened: Fold<Happened> = {
  initial: {
    ended: new Growing(),
    overflows: new Growing(),
    spent: new Map(),
    open: new Map(),
    late: null,
    plan: plan.initial,
    trace: trace.initial,
  },
  apply: (state, record) => apply({...state, plan: plan.apply(state.plan, record), trace: trace.apply(state.trace, record)}, record),
};

function apply(state: Happened, {at, event}: Recorded): Happened {
  switch (event.type) {
    case 'model.replied': {
      const calls = event.content.filter(block => block.type === 'call');
      const spent = new Map(state.spent).set(event.step, event.usage.input + event.usage.output);
      return {...state, spent, open: new Map(calls.map(call => [call.id, {call, at: null}]))};
    }
    case 'tool.started': {
      const open = state.open.get(event.call);
      return open === undefined ? state : {...state, open: new Map(state.open).set(event.call, {...open, at})};
    }
    case 'tool.finished':
      return finished(state, at, event);
    case 'budget.reached':
      return event.which === 'time' ? {...state, late: at} : state;
    case 'user.prompted':
      return {...state, late: null};
    case 'model.failed':
      return overflows.has(event.error.code) ? {...state, overflows: state.overflows.with(overflowOf(state, event))} : state;
    default:
      return state;
  }
}

const overflows = new Set(['context-overflow', 'context-full']);

function finished(state: Happened, at: string, {call, outcome}: Extract<SessionEvent, {type: 'tool.finished'}>): Happened {
  const open = state.open.get(call);
  if (open === undefined) return state;
  const ms = open.at === null ? null : Math.max(0, Date.parse(at) - Date.parse(open.at));
  const overdue =
    state.late !== null && open.at !== null && open.at <= state.late && outcome.kind === 'ran' && outcome.settled === 'interrupt';
  return {...state, ended: state.ended.with({call: open.call, outcome, ms, overdue})};
}

function overflowOf({plan: newest, trace: entries}: Happened, {step, error}: Extract<SessionEvent, {type: 'model.failed'}>): Overflow {
  const results = [...entries.entries].flatMap(entry => {
    const kept = newest.kept.get(entry.seq);
    if (entry.kind !== 'result' || kept === undefined) return [];
    const shown = 'shown' in entry.outcome ? entry.outcome.shown : undefined;
    return [{call: entry.call, sha256: shown?.stdout_sha256 ?? null, tokens: kept.tokens}];
  });
  const tokens = [...newest.kept.values()].reduce((sum, kept) => sum + kept.tokens, 0);
  return {step, error, tokens, results: results.toSorted((a, b) => b.tokens - a.tokens)};
}
