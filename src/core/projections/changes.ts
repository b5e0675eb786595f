import type {Fold} from '../log/fold.ts';
import type {FoundWorktree, LeftOut, Place, Recorded, SessionEvent} from '../vocabulary/event.ts';
import type {GitTree} from '../vocabulary/ids.ts';

/** Where the session's files stand: what both sides started from, the newest checkpoint, and what was applied. */
export type Changes = {
  repo: string | null;
  place: Place | null;
  base: GitTree | null;
  tree: GitTree | null;
  /** The worktree's tree as it was last brought over: the base of the next apply. */
  applied: GitTree | null;
  /** The newest apply that was not undone, newest last. */
  history: readonly {tree: GitTree; before: GitTree; after: GitTree; files: readonly string[]}[];
  left_out: readonly LeftOut[];
  /** What was left out before the session had done anything. */
  left_out_first: readonly LeftOut[];
  discarded: boolean;
};

const initial: Changes = {
  repo: null,
  place: null,
  base: null,
  tree: null,
  applied: null,
  history: [],
  left_out: [],
  left_out_first: [],
  discarded: false,
};

/** Where a resume found that the session's repository is. */
export type Moved = NonNullable<Extract<SessionEvent, {type: 'session.resumed'}>['moved']>;

export const changes: Fold<Changes> = {initial, apply};

function apply(state: Changes, {event}: Recorded): Changes {
  switch (event.type) {
    case 'session.opened':
      return {...state, repo: event.repo, place: event.place};
    case 'worktree.prepared':
      return {...state, base: event.base, tree: event.base, left_out: event.left_out, left_out_first: event.left_out, discarded: false};
    // A discarded worktree comes back from its last checkpoint when the session goes on.
    case 'session.resumed':
      return found(event.moved === undefined ? state : movedTo(state, event.moved), event.worktree);
    // What the parent brought over is for the parent to take back.
    case 'session.forked':
      return {
        ...state,
        repo: event.repo ?? state.repo,
        place: event.place,
        base: state.base ?? event.tree,
        tree: event.tree,
        history: [],
        discarded: false,
      };
    case 'session.rewound':
      return event.files === null ? state : {...state, tree: event.files.to, discarded: false};
    case 'session.repaired':
      return event.placed ? state : {...state, place: null};
    case 'worktree.discarded':
      return {...state, discarded: true};
    case 'files.checkpointed':
      return {...state, tree: event.tree, left_out: event.left_out};
    case 'changes.applied':
      return event.how === 'apply' ? brought(state, event) : takenBack(state);
    default:
      return state;
  }
}

/** What the session made or changed that no checkpoint holds: it stands in the worktree only, and goes with it. */
export function onlyInWorktree({left_out, left_out_first}: Pick<Changes, 'left_out' | 'left_out_first'>): readonly LeftOut[] {
  const known = new Set(left_out_first.map(({path}) => path));
  return left_out.filter(({path, why, changed}) => why !== 'special-file' && (changed === true || !known.has(path)));
}

/** Into a clone nothing was brought yet, and nothing can be taken back there. */
export function movedTo(state: Changes, {repo, place, clone}: Moved): Changes {
  return {...state, repo, place, ...(clone ? {applied: null, history: []} : {})};
}

function found(state: Changes, worktree: FoundWorktree): Changes {
  if (worktree === 'as-left') return state;
  if (worktree === 'recreated') return {...state, discarded: false};
  return worktree.trusted === 'checkpoint' ? state : {...state, tree: worktree.tree, left_out: worktree.left_out};
}

function brought(
  state: Changes,
  {tree, before, after, files}: {tree: GitTree; before: GitTree; after: GitTree; files: readonly string[]},
): Changes {
  return {...state, applied: tree, history: [...state.history, {tree, before, after, files}]};
}

function takenBack(state: Changes): Changes {
  const history = state.history.slice(0, -1);
  return {...state, history, applied: history.at(-1)?.tree ?? null};
}
