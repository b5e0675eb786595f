import type {z} from 'zod';
import type {Failure} from '../core/vocabulary/block.ts';
import type {CutPolicy} from '../core/vocabulary/excerpt.ts';
import type {BlobRef, CallId, Sha256} from '../core/vocabulary/ids.ts';
import type {FileTouch, Outcome, ProcessGroup} from '../core/vocabulary/outcome.ts';
import type {Risk} from '../core/vocabulary/verdict.ts';
import type {Blobs} from '../ports/blobs.ts';
import type {Files} from '../ports/files.ts';
import type {Search} from '../ports/search.ts';
import type {Continue, Shell} from '../ports/shell.ts';

/**
 * A tool says what it risks before it runs and streams raw bytes while it runs. Cutting, hashing and storing them is not its business:
 * `perform` does that for every tool alike, so none can bypass it.
 */
export type Tool<Input = unknown> = {
  name: string;
  /** For the model. Short: every word is sent with every request. */
  description: string;
  schema: z.ZodType<Input>;
  readOnly: boolean;
  idempotent: boolean;
  destructive: boolean;
  /** Overrides of the cut policy, by name in `core/truncation/policies.ts`. */
  policy: CutPolicy;
  risk: (input: Input) => Risk;
  /** What rules are matched against, each by itself: the strictest verdict counts. Never empty. */
  subjects: (input: Input) => readonly Subject[];
  run: (input: Input, world: World, call: Running) => Promise<Ending>;
};

/** A command line, a path as the model wrote it, or a name of the tool's own. */
export type Subject = {kind: 'command' | 'path' | 'name'; text: string};

/** The outside, as tools may use it. */
export type World = {
  files: Files;
  search: Search;
  shell: Shell;
  blobs: Blobs;
  /** Absolute folder that relative paths start from. */
  cwd: string;
  /** Absolute root of the worktree. */
  root: string;
  /** The environment that commands get. */
  env: Readonly<Record<string, string>>;
  shell_timeout_ms: number;
  /** The newest known content of a file, by its shown path: what this session last read or wrote of it. */
  seen: (shown: string) => Sha256 | null;
  /** Whether the user's rules keep the content of a file, by its shown path, out of what a search finds. Without it none is. */
  withheld?: (shown: string) => boolean;
  /** The stored outputs of this session that a name fits: a call (`3.1`), `prompt`, or at least 8 digits of a sha256. */
  outputs: (name: string) => readonly BlobRef[];
};

export type Running = {
  id: CallId;
  idempotency_key: Sha256;
  signal: AbortSignal;
  /** Streams raw output. The promise is backpressure. */
  out: (bytes: Uint8Array | string, stream?: 'stdout' | 'stderr') => Continue | Promise<Continue>;
  spawned: (group: ProcessGroup) => void;
  ended: (group: ProcessGroup, by: 'itself' | 'timeout' | 'interrupt' | 'output-limit' | 'stop') => void;
  touched: (touch: FileTouch) => void;
};

/** How a tool ended; its output has gone through `out`. */
export type Ending = {kind: 'done'} | {kind: 'failed'; error: Failure} | Omit<Extract<Outcome, {kind: 'ran'}>, 'shown'>;
