import type {Fold} from '../log/fold.ts';
import {Growing} from '../log/growing.ts';
import type {Recorded} from '../vocabulary/event.ts';
import type {GitTree} from '../vocabulary/ids.ts';

/**
 * Where a session can be gone back to: before each prompt, and after each step. `through` is the last record that is kept then, `step` the newest step by then,
 * `prompt` what the user said next, where the user did.
 */
export type Mark = {step: number; through: number; at: string; prompt: string | null};

/** `trees` are the files at the end of each step that changed some, oldest first; step 0 is the base. */
export type Marks = {marks: Growing<Mark>; trees: Growing<{step: number; tree: GitTree}>; step: number; rewound: Growing<Rewound>};

/** A rewind that was recorded: `seq` names it, `undone` where it was taken back. */
export type Rewound = {seq: number; to: number; what: 'talk' | 'files' | 'both'; files: {from: GitTree; to: GitTree} | null; undoes: number | null};

const initial: Marks = {marks: new Growing(), trees: new Growing(), step: 0, rewound: new Growing()};

export const marks: Fold<Marks> = {initial, apply};

function apply(state: Marks, {seq, at, event}: Recorded): Marks {
  switch (event.type) {
    case 'user.prompted':
      return {...state, marks: state.marks.with({step: state.step, through: seq - 1, at, prompt: event.text})};
    case 'context.assembled':
      return {...state, step: event.step, marks: state.marks.with({step: event.step - 1, through: seq - 1, at, prompt: null})};
    case 'worktree.prepared':
      return {...state, trees: state.trees.with({step: 0, tree: event.base})};
    case 'files.checkpointed':
      return {...state, trees: state.trees.with({step: event.step, tree: event.tree})};
    case 'session.rewound':
      return {...state, rewound: state.rewound.with({seq, to: event.to, what: event.what, files: event.files, undoes: event.undoes})};
    default:
      return state;
  }
}
