import type {SessionState} from '../../core/projections/session-state.ts';
import {dueStorms} from '../../core/storms/storms.ts';
import {moveKey, next} from '../../core/turn/next.ts';
import {loopRules} from '../../core/turn/loop-rules.ts';
import {reachedLimit} from '../moves/request-room.ts';

/**
 * The states in which the request that is owed may have been planned: every one since it fell due, each once as far as a plan is made of it. What the user said
 * while it was being made may stand before it on the log and not be in it.
 */
export class Moments {
  #due: string | null = null;
  #states: SessionState[] = [];

  /** The state behind each record, in order. */
  take(state: SessionState): void {
    const move = next(state.turn).find(one => one.do === 'assemble');
    const due = move === undefined ? null : moveKey(move);
    if (due !== this.#due) this.#states = [];
    this.#due = due;
    const last = this.#states.at(-1);
    if (due !== null && (last === undefined || !isAlike(last, state))) this.#states.push(state);
  }

  /** Those in which nothing else had to come first: a limit that was reached, a storm that was to be told of. What had to under other rules is not known. */
  get ready(): readonly SessionState[] {
    return this.#states.filter(state => !hasOwnRules(state) || (reachedLimit(state) === null && dueStorms(state.storms).length === 0));
  }
}

/** Whether the run decided by the rules of this build. */
export const hasOwnRules = ({opened}: Pick<SessionState, 'opened'>): boolean => opened?.versions.loop === loopRules;

const decisive = ['settings', 'opened', 'trace', 'plan', 'usage', 'storms'] as const;

const isAlike = (a: SessionState, b: SessionState): boolean => decisive.every(part => a[part] === b[part]);
