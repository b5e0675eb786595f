import type {Fold} from '../log/fold.ts';
import {Growing} from '../log/growing.ts';
import type {Recorded} from '../vocabulary/event.ts';
import type {CallId, GitTree} from '../vocabulary/ids.ts';

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

/**
 * `step` is the newest that was asked for; `trees` what the files were, as they changed: `rewind` where one, or somebody else, put them there. `writing` are its calls that may
 * change files, `unsaved` the step whose changes no checkpoint holds yet.
 */
export type Marks = {
  step: number;
  writing: readonly CallId[];
  unsaved: number | null;
  marks: Growing<Mark>;
  trees: Growing<{seq: number; step: number; tree: GitTree; rewind: boolean}>;
  rewound: Growing<Rewound>;
};

const initial: Marks = {step: 0, writing: [], unsaved: null, marks: new Growing(), trees: new Growing(), rewound: new Growing()};

export const marks: Fold<Marks> = {initial, apply};

function apply(state: Marks, {seq, at, event}: Recorded): Marks {
  const kept = (tree: GitTree, step: number, rewind = false) => state.trees.with({seq, step, tree, rewind});
  switch (event.type) {
    case 'user.prompted':
      return {...state, marks: state.marks.with({step: state.step, through: seq - 1, at, prompt: event.text})};
    case 'context.assembled':
      return event.step === state.step
        ? state
        : {...state, step: event.step, writing: [], marks: state.marks.with({step: event.step - 1, through: seq - 1, at, prompt: null})};
    case 'tool.judged':
      return event.read_only || event.verdict.kind === 'deny' ? state : {...state, writing: [...state.writing, event.call]};
    case 'tool.started':
      return state.writing.includes(event.call) ? {...state, unsaved: state.unsaved ?? state.step} : state;
    case 'worktree.prepared':
      return {...state, trees: kept(event.base, 0)};
    case 'files.checkpointed':
      return event.by === 'other'
        ? {...state, trees: kept(event.tree, event.step, true), marks: ended(state, {seq, at})}
        : {...state, trees: kept(event.tree, event.step), unsaved: stillUnsaved(state.unsaved, event.step)};
    case 'degraded':
      return event.what === 'checkpoint' ? {...state, unsaved: null} : state;
    // Nobody's step made them so: they count from here on only.
    case 'session.resumed': {
      const {worktree} = event;
      return typeof worktree === 'string' || worktree.trusted === 'checkpoint'
        ? state
        : {...state, trees: kept(worktree.tree, state.step, true)};
    }
    case 'session.forked':
      // Nothing wrote behind a step that was not checkpointed, so these are its files too.
      return event.tree === null ? state : {...state, trees: kept(event.tree, state.unsaved ?? event.from.step), unsaved: null};
    case 'session.rewound': {
      const {to, what, files, undoes} = event;
      const trees = files === null ? state.trees : kept(files.to, state.step, true);
      return {...state, trees, rewound: state.rewound.with({seq, to, what, files, undoes}), marks: ended(state, {seq, at})};
    }
    default:
      return state;
  }
}

const stillUnsaved = (unsaved: number | null, saved: number): number | null => (unsaved !== null && saved >= unsaved ? null : unsaved);

/** The newest step ends where it is taken back, if nothing else came behind it: what comes next stands on another conversation. */
function ended({marks, step}: Marks, {seq, at}: {seq: number; at: string}): Growing<Mark> {
  return marks.at(marks.length - 1)?.step === step ? marks : marks.with({step, through: seq - 1, at, prompt: null});
}

/** The end of a step: what is kept when the session goes back to it. Null where there was no such step; `end` is the newest record of the log. */
export function markAfter({marks, step: newest}: Marks, step: number, end: {seq: number; at: string}): Mark | null {
  const before = [...marks].find(mark => mark.step === step);
  if (before !== undefined) return before;
  return step === newest ? {step, through: end.seq, at: end.at, prompt: null} : null;
}

/** Where the session stands: before a prompt that no request answered yet, else at its end. What stood there before a rewind does not count. */
export function newestMark({marks, step, rewound}: Marks, end: {seq: number; at: string}): Mark {
  const since = rewound.at(-1)?.seq ?? -1;
  const before = [...marks].find(mark => mark.step === step && mark.through >= since && mark.prompt !== null);
  return before ?? {step, through: end.seq, at: end.at, prompt: null};
}

/** The files at a mark: a step is often checkpointed while the next request is on its way, but never behind a rewind. Null where there were none yet. */
export function treeAt({trees, rewound}: Marks, {step, through}: Mark): GitTree | null {
  const rewind = [...rewound].find(({seq}) => seq > through)?.seq ?? Infinity;
  const until = (tree: {seq: number; step: number; rewind: boolean}) =>
    tree.seq <= through || (!tree.rewind && tree.step <= step && tree.seq < rewind);
  return [...trees].findLast(until)?.tree ?? null;
}

/** The newest rewind that was not taken back, and is none that takes back another. */
export function undoable({rewound}: Marks): Rewound | null {
  const undone = new Set([...rewound].map(({undoes}) => undoes));
  const last = [...rewound].findLast(({seq, undoes}) => undoes === null && !undone.has(seq));
  return last ?? null;
}
