import type {UsageTotals} from '../../core/projections/usage.ts';
import type {SessionState} from '../../core/projections/session-state.ts';
import type {Limits, SessionSettings} from '../../core/vocabulary/settings.ts';

/** How many tokens the request may have, and its reply. `window` is what the model takes in one request with its reply. */
export function requestRoom(
  {settings, usage}: {settings: SessionSettings; usage: UsageTotals},
  {squeeze, window}: {squeeze: number; window: number},
): {budget: number; max_output: number} {
  const {room, max_output} = sizes(settings.context.window, window);
  // Where the model found a request too large, our estimate of its window was wrong: what counts then is the request that it refused.
  return {budget: squeeze === 0 ? room : Math.min(room, Math.floor((usage.newest.estimated * 3) / 4)), max_output};
}

/** How much of the window the request may take, and what is left for the reply. */
export function sizes(used: number, taken: number): {room: number; max_output: number} {
  const window = Math.min(used, taken);
  const max_output = Math.min(8_192, Math.floor(window / 4));
  return {room: Math.min(window, taken - max_output), max_output};
}

/** The limit that the run has come to, before its next request. */
export function reachedLimit({
  settings,
  usage: {run},
}: Pick<SessionState, 'settings' | 'usage'>): {which: 'steps' | 'tokens' | 'usd'; limit: number} | null {
  const limits: Limits | undefined = settings?.limits;
  if (limits === undefined) return null;
  if (limits.steps !== null && run.steps >= limits.steps) return {which: 'steps', limit: limits.steps};
  if (limits.tokens !== null && run.tokens >= limits.tokens) return {which: 'tokens', limit: limits.tokens};
  if (limits.usd !== null && (run.usd === null || run.usd >= limits.usd)) return {which: 'usd', limit: limits.usd};
  return null;
}
