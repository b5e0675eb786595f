import type {Failure} from '../core/vocabulary/block.ts';
import type {ProcessGroup} from '../core/vocabulary/outcome.ts';

/** Commands in process groups of their own. stdin is /dev/null; the environment is exactly what is given. */
export type Shell = {
  /**
   * Runs a command to its end. Settles when the shell has exited and its pipes have ended, at the latest 200 ms after the exit
   * (longer only while `out` still takes what the shell itself had printed). What `spawned` or `out` throw is thrown again when the group has ended.
   */
  run: (command: ShellCommand, signal: AbortSignal) => Promise<ShellEnding | {failure: Failure}>;
  /** Starts a command that goes on while the session works, its output kept in a bounded memory of the newest bytes. */
  start: (command: BackgroundCommand) => Promise<Background | {failure: Failure}>;
  /** Makes the next command start sooner, if it is one of this folder and environment. Costs one process that waits. */
  warm: (where: {cwd: string; env: Readonly<Record<string, string>>}) => void;
  background: (id: string) => Background | null;
  /** Every background command of this session, ended ones too, oldest first. */
  backgrounds: () => readonly Background[];
  /** Ends every group that is still running: TERM, then KILL after a grace. Background ones and those that a foreground command left running too. */
  stopAll: () => Promise<readonly ProcessGroup[]>;
};

export type ShellCommand = {
  command: string;
  /** Absolute. */
  cwd: string;
  /** `AGENT_IDEMPOTENCY_KEY`, where it is set, is also how processes are found again that left the group. */
  env: Readonly<Record<string, string>>;
  timeout_ms: number;
  /** Called before the command's first instruction: a group whose record could not be written (this throws) never runs. */
  spawned: (group: ProcessGroup) => void;
  /**
   * One call at a time. While its promise is pending neither pipe is read. The bytes are valid until it has answered. `'stop'` ends the group (the
   * limit on stored output).
   */
  out: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => Continue | Promise<Continue>;
};

export type BackgroundCommand = Omit<ShellCommand, 'out' | 'timeout_ms'> & {
  /** Called once, when the group is empty. */
  ended: (group: ProcessGroup, by: 'itself' | 'stop') => void;
};

export type Continue = 'go-on' | 'stop';

export type ShellEnding = {
  /** Null when a signal ended the shell. */
  exit: number | null;
  signal: string | null;
  /** The first cause, where there were several. */
  settled: 'exit' | 'timeout' | 'interrupt' | 'output-limit';
  /** Groups that outlived the command: its own, or one that a daemon made for itself. `command` is what runs in it. */
  left_running: readonly ProcessGroup[];
};

/** `id` is `bg1`, `bg2`, … */
export type Background = {
  readonly id: string;
  readonly group: ProcessGroup;
  /** Output since the last read, both pipes in arrival order, and how many bytes were dropped before it. */
  read: () => BackgroundOutput;
  /** Resolves when there is something to read or the command has ended, at the latest after `ms`, or when the signal aborts. */
  news: (ms: number, signal: AbortSignal) => Promise<void>;
  stop: () => Promise<void>;
};

export type BackgroundOutput = {
  output: readonly {stream: 'stdout' | 'stderr'; bytes: Uint8Array}[];
  dropped: number;
  running: boolean;
  exit: number | null;
  signal: string | null;
};
