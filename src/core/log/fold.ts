import type {Recorded, SessionEvent} from '../vocabulary/event.ts';

/** The terminal, the context, the audit, to-dos, usage and the state that resume starts from are each one of these. */
export type Fold<State, Event extends {type: string} = SessionEvent> = {
  initial: State;
  apply: (state: State, record: Recorded<Event>) => State;
};

export const replay = <State, Event extends {type: string}>(
  {initial, apply}: Fold<State, Event>,
  records: Iterable<Recorded<Event>>,
): State => {
  let state = initial;
  for (const record of records) state = apply(state, record);
  return state;
};

/** Ends a switch over a union: a variant that is not handled does not compile. */
export const unreachable = (value: never): never => {
  throw new Error(`Unhandled variant: ${JSON.stringify(value)}`);
};
