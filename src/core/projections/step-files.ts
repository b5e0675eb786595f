import type {Fold} from '../log/fold.ts';
import {Growing} from '../log/growing.ts';
import type {Place, Recorded} from '../vocabulary/event.ts';
import type {GitTree} from '../vocabulary/ids.ts';

/** The files around each checkpoint, in the order of the log: `from` is the tree before it, null where none was recorded. */
export type StepFiles = {place: Place | null; newest: GitTree | null; taken: Growing<{step: number; from: GitTree | null; to: GitTree}>};

export const stepFiles: Fold<StepFiles> = {initial: {place: null, newest: null, taken: new Growing()}, apply};

/** What a step changed: from the tree before its first checkpoint to its last one, as far as nothing else came between them. Null where it changed no file. */
export function filesOfStep({taken}: StepFiles, step: number): {from: GitTree; to: GitTree} | null {
  let [from, to]: [GitTree | null, GitTree | null] = [null, null];
  for (const each of taken) {
    if (each.step !== step) continue;
    from ??= each.from;
    if (to === null || to === each.from) to = each.to;
  }
  return from === null || to === null || from === to ? null : {from, to};
}

function apply(state: StepFiles, {event}: Recorded): StepFiles {
  switch (event.type) {
    case 'session.opened':
      return {...state, place: event.place};
    // What its step changed, where the parent had not checkpointed it by then.
    case 'session.forked': {
      const {place, tree, from} = event;
      const {newest} = state;
      return tree === null || newest === null || tree === newest
        ? {...state, place, newest: tree ?? newest}
        : {place, newest: tree, taken: state.taken.with({step: from.step, from: newest, to: tree})};
    }
    case 'worktree.prepared':
      return {...state, newest: event.base};
    case 'session.rewound':
      return event.files === null ? state : {...state, newest: event.files.to};
    case 'session.resumed':
      return typeof event.worktree === 'string' || event.worktree.trusted === 'checkpoint'
        ? state
        : {...state, newest: event.worktree.tree};
    case 'files.checkpointed':
      return {...state, newest: event.tree, taken: state.taken.with({step: event.step, from: state.newest, to: event.tree})};
    default:
      return state;
  }
}
