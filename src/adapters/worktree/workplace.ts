import type {LeftOut, Place} from '../../core/vocabulary/event.ts';
import type {GitTree, SessionId} from '../../core/vocabulary/ids.ts';
import {indexFile, storeOf} from './layout.ts';
import type {Snapshot} from './snapshot.ts';
import {storeEnvironment} from './store.ts';

/** An opened place of a session: its private index, its store, and what is known of its files since the last checkpoint. */
export type Workplace = {
  readonly id: SessionId;
  readonly repo: string | null;
  readonly place: Place;
  readonly store: string;
  readonly index: string;
  readonly maxFileBytes: number;
  /** Further arguments of `git ls-files --others`: the ignore rules that stand in the user's `.git/info/exclude`. */
  readonly ignoring: readonly string[];
  /** False while another process has the session open too: its lock on the index is not ours to break. */
  readonly alone: boolean;
  leansOn: string | null;
  /** Files over the limit that were there at the start, with what they were then. */
  knownLarge: Readonly<Record<string, string>>;
  tree: GitTree | null;
  /** Set where checkpoints are off. */
  off: string | null;
  snapshot: Promise<Snapshot | null>;
  /** Too large for a snapshot; found out once. */
  large: boolean;
  /** What the last full look left out. */
  left_out: readonly LeftOut[];
  dependencies: Promise<readonly string[]>;
  /** Ends what is still being copied. */
  readonly stopping: AbortController;
  /** The end of the last operation on the index: only one runs at a time. */
  last: Promise<unknown>;
};

type Opening = Pick<Workplace, 'id' | 'repo' | 'place' | 'maxFileBytes' | 'ignoring' | 'leansOn' | 'alone' | 'knownLarge'> & {home: string};

export function openWorkplace({home, ...opening}: Opening): Workplace {
  const store = storeOf(home, opening.place);
  return {
    ...opening,
    store,
    index: indexFile(store, opening.id),
    tree: null,
    off: null,
    snapshot: Promise.resolve(null),
    large: false,
    left_out: [],
    dependencies: Promise.resolve([]),
    stopping: new AbortController(),
    last: Promise.resolve(),
  };
}

/** For commands over the files of the place, with the private index. */
export function overFiles(at: Workplace): {cwd: string; env: Record<string, string>} {
  return {
    cwd: at.place.root,
    env: {...storeEnvironment(at.store, at.leansOn), GIT_WORK_TREE: at.place.root, GIT_INDEX_FILE: at.index, GIT_INDEX_VERSION: '4'},
  };
}

export async function inTurn<T>(at: Workplace, work: () => Promise<T>): Promise<T> {
  const turn = at.last.then(work);
  // The next one runs whether this one failed or not; its own caller hears of the failure.
  at.last = turn.catch(() => undefined);
  return await turn;
}
