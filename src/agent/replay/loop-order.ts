import {inKeyOrder} from '../../core/log/key-order.ts';
import {sha256} from '../../core/log/chain.ts';
import type {SessionState} from '../../core/projections/session-state.ts';
import {dueStorms} from '../../core/storms/storms.ts';
import {moveKey, next, type Move} from '../../core/turn/next.ts';
import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
import type {CallId} from '../../core/vocabulary/ids.ts';
import {reachedLimit} from '../moves/request-room.ts';

/** `outside`: it came from the user, the model, a tool or the system, who may come at any time. `due`: the loop made it, and was to. */
export type Ordered = 'outside' | 'due' | {why: string};

type Event<Type extends SessionEvent['type']> = Extract<SessionEvent, {type: Type}>;

/**
 * Asks `next`, record by record, whether the move that the record came from was due. A move that had begun may end later, whatever happened meanwhile, but not after the run
 * that it began in.
 */
export class LoopOrder {
  #due: readonly Move[] = [];
  #begun = new Map<string, Move>();
  #running = new Set<CallId>();
  #asked = new Set<CallId>();

  /** `before` and `after` are the states around the record. */
  take({seq, event}: Recorded, before: SessionState, after: SessionState): Ordered {
    const ordered = this.#ordered(seq, event, before);
    if (event.type === 'session.resumed' || event.type === 'session.forked') this.#newRun();
    this.#due = next(after.turn);
    for (const move of this.#due) this.#begun.set(moveKey(move), move);
    return ordered;
  }

  #newRun(): void {
    this.#begun.clear();
    this.#running.clear();
    this.#asked.clear();
  }

  #ordered(seq: number, event: SessionEvent, before: SessionState): Ordered {
    switch (event.type) {
      case 'session.opened':
        return (seq === 0) || wrong('a session is opened by its first record alone');
      case 'worktree.prepared':
        return this.#ends(move => move.do === 'prepare-worktree') || wrong('no worktree was to be prepared');
      case 'context.assembled':
        return this.#isDue(move => move.do === 'assemble' && move.step === event.step) || wrong(`no request of step ${event.step} was owed`);
      case 'model.replied':
        return this.#ends(move => asks(move, event)) || wrong(`no request of step ${event.step} was waiting for a reply`);
      default:
        return 'outside';
    }
  }
}
