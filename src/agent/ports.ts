import type {Failure} from '../core/vocabulary/block.ts';
import type {Place} from '../core/vocabulary/event.ts';
import type {HomeEvent} from '../core/vocabulary/home-event.ts';
import type {Blobs} from '../ports/blobs.ts';
import type {Clock} from '../ports/clock.ts';
import type {Files} from '../ports/files.ts';
import type {LineReaders} from '../ports/line-reader.ts';
import type {Log} from '../ports/log.ts';
import type {Model} from '../ports/model.ts';
import type {Search} from '../ports/search.ts';
import type {Secrets} from '../ports/secrets.ts';
import type {ShellSyntax} from '../ports/shell-syntax.ts';
import type {Shell} from '../ports/shell.ts';
import type {Worktrees} from '../ports/worktree.ts';
import type {Tool} from './tool.ts';

/** All that a session needs of the world. Given once, by the composition root. */
export type Ports = {
  log: Log;
  blobs: Blobs;
  lines: LineReaders;
  clock: Clock;
  worktrees: Worktrees;
  shell: Shell;
  syntax: ShellSyntax;
  tools: readonly Tool[];
  openModel: (name: string) => Promise<Model | {failure: Failure}>;
  files: (place: Place, granted: readonly string[]) => Files;
  search: (place: Place) => Search;
  /** What commands get as their environment; `allow` are the user's additions. */
  environment: (allow: readonly string[]) => Readonly<Record<string, string>>;
  /** Null where the user turned masking off. */
  secrets: Secrets | null;
  /** Bytes free on the disk that AGENT_HOME is on. */
  freeDisk: () => Promise<number>;
  /** Writes what belongs to no session. */
  note: (event: HomeEvent) => Promise<void>;
};
