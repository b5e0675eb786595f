import {assemble} from '../../core/context/assemble.ts';
import {withDelta} from '../../core/context/plan.ts';
import {promptHash} from '../../core/context/render.ts';
import type {Trace} from '../../core/context/trace.ts';
import {dueStorms} from '../../core/storms/storms.ts';
import {tokensOf} from '../../core/truncation/estimate.ts';
import type {Failure} from '../../core/vocabulary/block.ts';
import type {Scene} from '../scene.ts';
import {reachedLimit, requestRoom} from './request-room.ts';
import type {Requests} from './requests.ts';

/** Makes the next request, or records why there is none: a limit was reached, or the window is too small for what must stand in it. */
export async function assembleRequest(
  {step, squeeze}: {step: number; squeeze: number},
  {ports, state, record, signal}: Scene,
  requests: Requests,
): Promise<void> {
  const reached = reachedLimit(state());
  if (reached !== null) return record({type: 'budget.reached', ...reached});
  for (const storm of dueStorms(state().storms)) record({type: 'storm.noticed', ...storm});
  if (state().turn.owes !== 'request') return;
  const {settings, plan, trace, usage} = state();
  if (settings === null) throw new Error('The session has not been opened.');
  const model = await ports.openModel(settings.model);
  const window = 'failure' in model ? settings.context.window : model.window;
  const {budget, max_output} = requestRoom({settings, usage}, {squeeze, window});
  const fixed = await requests.fixed();
  const delta = assemble({plan, trace, fixed, budget});
  if (delta === null)
    return record({type: 'model.failed', step, attempt: 1, error: contextFull({budget, fixed, said: saidIn(trace)}), retry_in_ms: null});
  const prompt = await requests.build(step, withDelta(plan, delta), max_output);
  if (signal().aborted) return;
  record({type: 'context.assembled', step, plan: delta, max_output, sha256: promptHash(prompt)});
}

const saidIn = (trace: Trace): number =>
  [...trace.entries].reduce((sum, entry) => (entry.kind === 'user' ? sum + tokensOf(Buffer.byteLength(entry.text)) : sum), 0);

function contextFull({budget, fixed, said}: {budget: number; fixed: number; said: number}): Failure {
  const message = `What must stand in the request does not fit its ${budget} tokens: the user's own words (${said} tokens), and ${fixed} tokens of instructions and tools.`;
  return {
    code: 'context-full',
    message,
    retryable: false,
    hint: 'Begin a new session, or allow a larger window: agent config set context.window N',
  };
}
