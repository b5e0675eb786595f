import type {Program} from '../../agent/program.ts';
import type {Fold} from '../../core/log/fold.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {LogDamaged} from '../../ports/catalogue.ts';
import {isKnown} from './session-list.ts';

/** A fold over a session's log, without its lock: of a damaged log over what stands before the damage. */
export async function folded<State>(
  {initial, apply}: Fold<State>,
  id: SessionId,
  program: Program,
): Promise<{state: State; damaged: LogDamaged | null}> {
  let state = initial;
  try {
    for await (const record of (await program.catalogue()).read(id)) if (isKnown(record)) state = apply(state, record);
    return {state, damaged: null};
  } catch (error) {
    if (error instanceof LogDamaged) return {state, damaged: error};
    throw error;
  }
}
