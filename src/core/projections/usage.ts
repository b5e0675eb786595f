import type {Fold} from '../log/fold.ts';
import {tokensOf} from '../truncation/estimate.ts';
import type {Recorded} from '../vocabulary/event.ts';

/** What a session cost so far. `usd` is null once any reply's price was unknown. `estimated` sums our own estimates of the requests that were answered. */
export type UsageTotals = {
  steps: number;
  input: number;
  output: number;
  cached: number;
  usd: number | null;
  /** The part of it since the session was opened or last resumed: what limits count. */
  run: {steps: number; tokens: number; usd: number | null};
  /** Tokens of the newest request: as the provider reported them, and as estimated before. */
  newest: {reported: number; estimated: number; budget: number};
};

const initial: UsageTotals = {
  steps: 0,
  input: 0,
  output: 0,
  cached: 0,
  usd: 0,
  run: {steps: 0, tokens: 0, usd: 0},
  newest: {reported: 0, estimated: 0, budget: 0},
};

export const usage: Fold<UsageTotals> = {initial, apply};

function apply(state: UsageTotals, {event}: Recorded): UsageTotals {
  if (event.type === 'context.assembled')
    return {...state, newest: {...state.newest, estimated: event.plan.tokens, budget: event.plan.budget}};
  if (event.type === 'session.resumed') return {...state, run: initial.run};
  // What the parent spent is on its own account.
  if (event.type === 'session.forked') return {...initial, newest: state.newest};
  if (event.type !== 'model.replied') return state;
  const {run} = state;
  // A server that reports nothing must not make a session look free of tokens: our own estimate stands in.
  const {cached} = event.usage;
  const input = event.usage.input || state.newest.estimated;
  const output = event.usage.output || tokensOf(JSON.stringify(event.content).length);
  return {
    steps: state.steps + 1,
    input: state.input + input,
    output: state.output + output,
    cached: state.cached + cached,
    usd: plus(state.usd, event.usd),
    run: {steps: run.steps + 1, tokens: run.tokens + input + output, usd: plus(run.usd, event.usd)},
    newest: {...state.newest, reported: input},
  };
}

const plus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);
