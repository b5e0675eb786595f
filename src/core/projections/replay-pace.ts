import type {Recorded} from '../vocabulary/event.ts';

/** Milliseconds between two records as a replay waits them: `speed` is a factor above 0. Long waits are shortened; a clock that went back waits for nothing. */
export function replayWait(before: Pick<Recorded, 'at'>, after: Pick<Recorded, 'at'>, speed: number): number {
  const passed = Date.parse(after.at) - Date.parse(before.at);
  return passed > 0 ? Math.min(passed, longestReplayWait) / speed : 0;
}

/** Nobody wants to watch a model think for a minute, or a user go to lunch. */
const longestReplayWait = 3_000;
