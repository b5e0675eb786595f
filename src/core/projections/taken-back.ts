import type {Fold} from '../log/fold.ts';
import type {Recorded} from '../vocabulary/event.ts';

/** Which records rewinds of the conversation took back so far: those between `after` and `before`, both ends excluded. They stay on the log. */
export type TakenBack = {spans: readonly Span[]; before_rewind: ReadonlyMap<number, readonly Span[]>};

type Span = {after: number; before: number};

export const takenBack: Fold<TakenBack> = {initial: {spans: [], before_rewind: new Map()}, apply};

export const isTakenBack = (spans: TakenBack['spans'], seq: number): boolean =>
  spans.some(({after, before}) => seq > after && seq < before);

function apply(state: TakenBack, {seq, event}: Recorded): TakenBack {
  if (event.type !== 'session.rewound' || event.what === 'files') return state;
  const {undoes, through} = event;
  const undone = undoes === null ? undefined : state.before_rewind.get(undoes);
  const spans =
    undoes === null || undone === undefined ? [...state.spans, {after: through, before: seq}] : [...undone, {after: undoes, before: seq}];
  return {spans, before_rewind: new Map(state.before_rewind).set(seq, state.spans)};
}
