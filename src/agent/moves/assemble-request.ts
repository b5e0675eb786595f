import {assemble} from '../../core/context/assemble.ts';
import {withDelta} from '../../core/context/plan.ts';
import {promptHash} from '../../core/context/render.ts';
import type {Limits} from '../../core/vocabulary/settings.ts';
import type {SessionState} from '../../core/projections/session-state.ts';
import type {Scene} from '../perform.ts';
import type {Requests} from './requests.ts';

/** The user's own words and the newest results do not fit the window. */
export class ContextFull extends Error {
  override readonly name = 'ContextFull';
}

export async function assembleRequest({step, squeeze}: {step: number; squeeze: number}, {ports, state, record, signal}: Scene, requests: Requests): Promise<void> {
  const reached = reachedLimit(state());
  if (reached !== null) return record({type: 'budget.reached', ...reached});
  const {settings, plan, trace} = state();
  if (settings === null) throw new Error('The session has not been opened.');
  const model = await ports.openModel(settings.model);
  const {budget, max_output} = sizes(settings.context.window, 'failure' in model ? settings.context.window : model.window, squeeze);
  const fixed = await requests.fixed();
  const delta = assemble({plan, trace, fixed, budget});
  if (delta === null) throw new ContextFull(`The prompt does not fit a context window of ${budget} tokens. Give less at once, or set a larger one: agent config set context.window N`);
  const prompt = await requests.build(step, withDelta(plan, delta), max_output);
  if (signal().aborted) return;
  record({type: 'context.assembled', step, plan: delta, sha256: promptHash(prompt)});
}

/** How much of the window the request may take, and what is left for the reply. */
export function sizes(used: number, taken: number, squeeze: number): {budget: number; max_output: number} {
  const window = Math.min(used, taken);
  const max_output = Math.min(8_192, Math.floor(window / 4));
  const room = Math.min(window, taken - max_output);
  return {budget: room - Math.floor((room * squeeze) / 4), max_output};
}

function reachedLimit({settings, usage}: SessionState): {which: 'steps' | 'tokens' | 'usd'; limit: number} | null {
  const limits: Limits | undefined = settings?.limits;
  if (limits === undefined) return null;
  if (limits.steps !== null && usage.steps >= limits.steps) return {which: 'steps', limit: limits.steps};
  if (limits.tokens !== null && usage.input + usage.output >= limits.tokens) return {which: 'tokens', limit: limits.tokens};
  if (limits.usd !== null && (usage.usd === null || usage.usd >= limits.usd)) return {which: 'usd', limit: limits.usd};
  return null;
}
