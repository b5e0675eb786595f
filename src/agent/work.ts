import {moveKey, next, type Move} from '../core/turn/next.ts';
import type {Turn} from '../core/turn/turn.ts';

export type Working = {
  turn: () => Turn;
  perform: (move: Move) => Promise<void>;
  /** Resolves at the next record, whoever writes it. */
  changed: () => Promise<void>;
};

/**
 * The agent's loop: performs what `next` asks for until nothing is left to do, several moves at once where `next` names several. Starting,
 * going on and resuming after a crash are this same call. It waits for the user only where a call waits for an answer.
 */
export async function work({turn, perform, changed}: Working): Promise<void> {
  const running = new Map<string, Promise<void>>();
  let failed: {error: unknown} | null = null;
  const start = (move: Move) => {
    const key = moveKey(move);
    if (running.has(key)) return;
    const performing = perform(move)
      .catch((error: unknown) => void (failed ??= {error}))
      .finally(() => running.delete(key));
    running.set(key, performing);
  };
  for (;;) {
    const change = changed();
    if (failed === null) for (const move of next(turn())) start(move);
    if (running.size > 0) await Promise.race([change, ...running.values()]);
    else if (failed !== null) throw (failed as {error: unknown}).error;
    else if (waitsForHuman(turn())) await change;
    else return;
  }
}

export const waitsForHuman = (turn: Turn): boolean => turn.owes === 'calls' && [...turn.calls.values()].some(({at}) => at === 'asking');
