import {Growing} from '../log/growing.ts';
import type {Plan} from './plan.ts';
import type {Entry, Trace} from './trace.ts';

/** Whether an entry can stand in the request after this one: it stands in this one, or came later. What was left out once never comes back. */
export const isStanding =
  ({kept, through}: Pick<Plan, 'kept' | 'through'>) =>
  ({seq}: Entry): boolean =>
    seq > through || kept.has(seq);

/** The trace without what no later request can hold. */
export function withoutEvicted(trace: Trace, plan: Plan): Trace {
  return {...trace, entries: new Growing([...trace.entries].filter(isStanding(plan)))};
}
