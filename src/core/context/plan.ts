import type {Fold} from '../log/fold.ts';
import {Keyed} from '../log/keyed.ts';
import type {Recorded} from '../vocabulary/event.ts';
import type {Sha256} from '../vocabulary/ids.ts';
import type {PlanDelta} from '../vocabulary/plan.ts';

/** What the newest request holds: the sum of all plan differences on the log, by record number. */
export type Plan = {
  kept: ReadonlyMap<number, {as: 'whole' | 'masked'; tokens: number}>;
  through: number;
  /** The newest request as it was recorded; null before the first. */
  request: {sha256: Sha256; max_output: number} | null;
};

export const plan: Fold<Plan> = {initial: {kept: new Keyed(), through: -1, request: null}, apply};

export function withDelta(state: Plan, delta: PlanDelta): Plan {
  const added = delta.added.flatMap(({ref, as, tokens}) => ('seq' in ref ? [[ref.seq, {as, tokens}] as const] : []));
  const masked = delta.masked.map(({seq, tokens}) => [seq, {as: 'masked', tokens}] as const);
  const kept = Keyed.of(state.kept)
    .with([...added, ...masked])
    .without(delta.removed.map(({seq}) => seq));
  return {...state, kept, through: delta.through};
}

/** Without what stands in records after `through`. */
export function cutPlan(state: Plan, through: number): Plan {
  return {...state, kept: new Keyed(new Map([...state.kept].filter(([seq]) => seq <= through))), through: Math.min(state.through, through)};
}

function apply(state: Plan, {event}: Recorded): Plan {
  if (event.type !== 'context.assembled') return state;
  return {...withDelta(state, event.plan), request: {sha256: event.sha256, max_output: event.max_output}};
}
