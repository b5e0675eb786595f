import type {Fold} from '../log/fold.ts';
import type {Recorded} from '../vocabulary/event.ts';
import type {CallId} from '../vocabulary/ids.ts';

/**
 * What a lost call may have changed, by its path (`.` for anything in the worktree), and which call that was. `seen` once a call has looked: the gate opens with the next
 * request, since what the model says before it was decided without knowing.
 */
export type ClosedGates = ReadonlyMap<string, {call: CallId; seen: boolean}>;

export const closedGates: Fold<ClosedGates> = {initial: new Map(), apply};

function apply(state: ClosedGates, {event}: Recorded): ClosedGates {
  switch (event.type) {
    case 'gate.closed':
      return new Map(state).set(event.subject, {call: event.call, seen: false});
    case 'gate.opened': {
      const gate = state.get(event.subject);
      if (gate === undefined) return state;
      return event.by === 'user'
        ? without(state, subject => subject === event.subject)
        : new Map(state).set(event.subject, {...gate, seen: true});
    }
    case 'context.assembled':
      return state.size === 0 ? state : without(state, (_, {seen}) => seen);
    // Where the user put the files is known.
    case 'session.rewound':
      return event.what === 'talk' || state.size === 0 ? state : new Map();
    default:
      return state;
  }
}

/** Those that nobody has looked at. */
export const unseen = (gates: ClosedGates): readonly string[] => [...gates].flatMap(([subject, {seen}]) => (seen ? [] : [subject]));

const without = (state: ClosedGates, opens: (subject: string, gate: {seen: boolean}) => boolean): ClosedGates =>
  new Map([...state].filter(([subject, gate]) => !opens(subject, gate)));
