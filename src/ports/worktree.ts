import type {LeftOut, Place} from '../core/vocabulary/event.ts';
import type {GitTree, SessionId} from '../core/vocabulary/ids.ts';

/**
 * The session's own checkout, its checkpoints, and the way of its changes into the user's checkout. The user's `.git` stays
 * byte-identical except `worktrees/<id>`; checkpoints live in a private bare repository, complete in themselves.
 */
export type Worktrees = {
  /** Where `dir` stands, found without changing anything: no repository, a bare one and one without commits are answers, not errors. */
  locate: (dir: string) => Promise<Location>;
  /** Where session `id` of this repository would work. Changes nothing. */
  plan: (at: Extract<Location, {kind: 'repository'}>, id: SessionId) => Place;
  /**
   * Makes the linked worktree, lays the uncommitted and untracked state over it, and checkpoints the base. The dependency folders named in the
   * answer come in the background: whoever runs a command waits for `ready` first.
   */
  prepare: (repo: string, place: Place, id: SessionId) => Promise<Prepared>;
  /** For a place that is there already (a resumed session, or `--in-place`): opens it, its index and its checkpoint store. */
  open: (repo: string | null, place: Place, id: SessionId, last: GitTree | null) => Promise<Prepared & {state: 'as-left' | 'recreated'}>;
  /** These trees are kept for session `id` too, whatever becomes of the session `from` that made them. For a session that is forked, before its place is opened. */
  adopt: (repo: string | null, place: Place, to: {id: SessionId; from: SessionId; trees: readonly GitTree[]}) => Promise<void>;
  /** The tree of the place as it is now; null where nothing changed since the last checkpoint. Costs about a `git status`. */
  checkpoint: (place: Place, id: SessionId) => Promise<Checkpoint | null>;
  /**
   * Brings the files of the opened place to a tree of its store: all of them, or none. What is there is checkpointed first (`from`); ignored files and what was
   * left out stay, and where they stand in the way it is refused. After a crash in the middle, opening the place leads it back.
   */
  restore: (place: Place, id: SessionId, to: GitTree) => Promise<Restored>;
  changed: (place: Place, from: GitTree, to: GitTree) => Promise<readonly ChangedFile[]>;
  diff: (place: Place, from: GitTree, to: GitTree, options: DiffOptions) => AsyncIterable<Uint8Array>;
  apply: (request: ApplyRequest) => Promise<Applied>;
  /** Brings back `before` for exactly the files that an apply changed; a file that the user changed since is a conflict, and nothing is written. */
  undo: (request: UndoRequest) => Promise<Applied>;
  /** Resolves when the dependency folders of `prepare` or `open` are all there, with a sentence for each that could not be brought. Never rejects. */
  ready: (id: SessionId) => Promise<readonly string[]>;
  /** Makes the session's checkpoints complete in themselves: until then they lean on the user's object store. */
  settle: (id: SessionId) => Promise<void>;
  /** A run ends: what is still being copied is given up (the next run brings it), and the checkpoints are settled. */
  leave: (id: SessionId) => Promise<void>;
  /** Takes the worktree away, with its `.git/worktrees/<id>`. The checkpoints stay. */
  discard: (repo: string, place: Place, id: SessionId) => Promise<void>;
  list: () => Promise<readonly WorktreeEntry[]>;
  /** Takes away those of these worktrees whose repository, or whose `.git/worktrees/<id>`, is gone. Their checkpoints stay. */
  prune: (only: readonly SessionId[]) => Promise<readonly WorktreeEntry[]>;
};

/** Something outside stands in the way: git is missing or refuses, the disk refuses, a repository is gone. Nothing of the user's was changed. */
export class WorktreeRefused extends Error {
  override readonly name = 'WorktreeRefused';
  readonly code: string;
  readonly hint: string | undefined;
  constructor(code: string, message: string, options?: {hint?: string; cause?: unknown}) {
    super(message, options?.cause === undefined ? undefined : {cause: options.cause});
    this.code = code;
    this.hint = options?.hint;
  }
}

export type WorktreeEntry = {session: SessionId; repo: string; root: string; bytes: number; orphan: boolean};

export type Location =
  | {
      kind: 'repository';
      root: string;
      cwd: string;
      head: string | null;
      branch: string | null;
      submodules: readonly string[];
      shallow: boolean;
    }
  | {kind: 'none'}
  | {kind: 'bare'; root: string}
  | {kind: 'no-commits'; root: string; cwd: string}
  | {kind: 'broken'; root: string; why: string};

/** `binary` writes binary changes as patches that `git apply` takes, instead of a line that says that they differ. */
export type DiffOptions = {color: boolean; stat: boolean; binary?: boolean};
export type Prepared = {base: GitTree; head: string | null; left_out: readonly LeftOut[]; dependencies: readonly string[]};
export type Checkpoint = {tree: GitTree; changed: readonly string[]; left_out: readonly LeftOut[]};
/** `from`: the files as they were before; the paths that were written or taken away. */
export type Restored = {from: GitTree; changed: readonly string[]};
export type ChangedFile = {
  path: string;
  change: 'added' | 'modified' | 'deleted' | 'type-changed';
  added: number | null;
  removed: number | null;
};

/** Three trees, compared on the files that differ between the first and the last: `base` (what both sides started from), the checkout now, and `tree` (the worktree now). */
export type ApplyRequest = {
  repo: string;
  id: SessionId;
  base: GitTree;
  tree: GitTree;
  /** Write conflict markers instead of refusing. */
  conflicts: boolean;
  /** Commit exactly these changes with this message. */
  commit: string | null;
};
export type UndoRequest = {repo: string; id: SessionId; before: GitTree; after: GitTree};
/**
 * `before` and `after` are trees of only the files that it touched, as they stood in the checkout. `conflicted` files hold markers, or, where
 * markers are impossible (binary, deleted on one side), are as the checkout had them.
 */
export type Applied =
  | {
      kind: 'applied';
      files: readonly ChangedFile[];
      /** The base of the next apply: what was brought over. A file that could not be written is in it as it was in `base`. */
      tree: GitTree;
      before: GitTree;
      after: GitTree;
      commit: string | null;
      conflicted: readonly string[];
    }
  | {kind: 'nothing'}
  | {kind: 'conflict'; files: readonly {path: string; why: string; markers: string | null}[]};
