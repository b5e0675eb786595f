import type {Fold} from '../log/fold.ts';
import {Growing} from '../log/growing.ts';
import type {Recorded} from '../vocabulary/event.ts';
import type {GitTree} from '../vocabulary/ids.ts';

/**
 * A place in the log that a session can be taken back to, or forked from: after step `step` (0: before the first), and before what came then. `through` is the last record that is
 * kept, `prompt` what the user said next, where that is what came.
 */
export type Mark = {step: number; through: number; at: string; prompt: string | null};

/** A rewind that was recorded; `seq` names it. */
export type Rewound = {
  seq: number;
  to: number;
  what: 'talk' | 'files' | 'both';
  files: {from: GitTree; to: GitTree} | null;
  undoes: number | null;
};

/** `step` is the newest that was asked for; `trees` what the files were, as they changed: `rewind` where one, or the user, put them there. */
export type Marks = {
  step: number;
  marks: Growing<Mark>;
  trees: Growing<{seq: number; step: number; tree: GitTree; rewind: boolean}>;
  rewound: Growing<Rewound>;
};

const initial: Marks = {step: 0, marks: new Growing(), trees: new Growing(), rewound: new Growing()};

export const marks: Fold<Marks> = {initial, apply};

function apply(state: Marks, {seq, at, event}: Recorded): Marks {
  const kept = (tree: GitTree, step: number, rewind = false) => state.trees.with({seq, step, tree, rewind});
  switch (event.type) {
    case 'user.prompted':
      return {...state, marks: state.marks.with({step: state.step, through: seq - 1, at, prompt: event.text})};
    case 'context.assembled':
      return event.step === state.step
        ? state
        : {...state, step: event.step, marks: state.marks.with({step: event.step - 1, through: seq - 1, at, prompt: null})};
    case 'worktree.prepared':
      return {...state, trees: kept(event.base, 0)};
    case 'files.checkpointed':
      return {...state, trees: kept(event.tree, event.step)};
    // Nobody's step made them so: they count from here on only.
    case 'session.resumed': {
      const {worktree} = event;
      return typeof worktree === 'string' || worktree.trusted === 'checkpoint'
        ? state
        : {...state, trees: kept(worktree.tree, state.step, true)};
    }
    case 'session.forked':
      return event.tree === null ? state : {...state, trees: kept(event.tree, event.from.step)};
    case 'session.rewound': {
      const {to, what, files, undoes} = event;
      const trees = files === null ? state.trees : kept(files.to, state.step, true);
      return {...state, trees, rewound: state.rewound.with({seq, to, what, files, undoes})};
    }
    default:
      return state;
  }
}

/** The end of a step: what is kept when the session goes back to it. Null where there was no such step; `end` is the newest record of the log. */
export function markAfter({marks, step: newest}: Marks, step: number, end: {seq: number; at: string}): Mark | null {
  const before = [...marks].find(mark => mark.step === step);
  if (before !== undefined) return before;
  return step === newest ? {step, through: end.seq, at: end.at, prompt: null} : null;
}

/** The files at a mark: a step is often checkpointed while the next request is on its way. Null where there were none yet. */
export function treeAt({trees}: Marks, {step, through}: Mark): GitTree | null {
  const until = (tree: {seq: number; step: number; rewind: boolean}) => tree.seq <= through || (!tree.rewind && tree.step <= step);
  return [...trees].findLast(until)?.tree ?? null;
}

/** The newest rewind that was not taken back, and is none that takes back another. */
export function undoable({rewound}: Marks): Rewound | null {
  const undone = new Set([...rewound].map(({undoes}) => undoes));
  const last = [...rewound].findLast(({seq, undoes}) => undoes === null && !undone.has(seq));
  return last ?? null;
}
