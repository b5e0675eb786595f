import type {Changes} from '../core/projections/changes.ts';
import type {Failure} from '../core/vocabulary/block.ts';
import type {LeftOut, Recorded, SessionEvent} from '../core/vocabulary/event.ts';
import type {CallId, SessionId} from '../core/vocabulary/ids.ts';
import type {Blobs} from '../ports/blobs.ts';
import type {Catalogue} from '../ports/catalogue.ts';
import type {Config, ConfigFlags, LoadedConfig} from '../ports/config.ts';
import type {Doctor} from '../ports/doctor.ts';
import type {Model} from '../ports/model.ts';
import type {Search} from '../ports/search.ts';
import type {KnownSecret} from '../ports/secrets.ts';
import type {SessionIndex} from '../ports/session-index.ts';
import type {ChangedFile, Worktrees} from '../ports/worktree.ts';
import type {Freed, Useless} from './gc/gc.ts';
import type {Unread as UnreadFile} from './gc/marks.ts';
import type {Redacted, RedactRequest} from './erase/redact.ts';
import type {Exported, ExportRequest} from './portable/export-session.ts';
import type {Repaired, RepairRequest} from './repair/repair-session.ts';
import type {Imported, ImportRequest} from './portable/import-session.ts';
import type {Rewind, RewindRequest} from './rewind.ts';
import type {RerunAnswer, RerunRequest} from './rerun/rerun.ts';
import type {Picking} from './picking.ts';
import type {Session} from './session.ts';

/** What the surfaces can do. Made by the composition root; everything behind it is loaded when it is first used. */
export type Program = {
  readonly version: string;
  /** Absolute AGENT_HOME. */
  readonly home: string;
  readonly cwd: string;
  /** The user's own configuration file, whether it is there or not. */
  readonly configFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute folder of what the package brings: the demo's repository and script. */
  readonly fixtures: string;
  catalogue: () => Promise<Catalogue>;
  /** What the sessions' logs say, without reading them each time. */
  index: () => Promise<SessionIndex>;
  config: () => Promise<Config>;
  /** The configuration as it counts in `dir`; throws `Stop` with the problems where it is invalid. */
  settings: (where: {dir: string; file: string | null; flags: ConfigFlags}) => Promise<LoadedConfig>;
  blobs: () => Promise<Blobs>;
  search: () => Promise<Search>;
  /** What is masked in an output that is of no session. With `keep` the home is made where there is none, and its key used; `refused` says why not. */
  masking: (keep: boolean) => Promise<{key: Uint8Array; known: readonly KnownSecret[]; refused: string | null}>;
  worktrees: () => Promise<Worktrees>;
  models: () => Promise<Models>;
  /** The same program, as if started in another (absolute) folder, or with another configuration file named. */
  at: (place: {dir: string; config: string | null}) => Program;
  open: (request: OpenRequest) => Promise<OpenSession>;
  resume: (id: SessionId, request: ResumeRequest) => Promise<OpenSession>;
  /** A new session from a step of this one; it is not gone on with yet. */
  fork: (id: SessionId, request: ForkRequest) => Promise<Forked>;
  /** Takes a session back while no program has it open. */
  rewind: (id: SessionId, request: RewindRequest) => Promise<Rewind>;
  /** Lets the user pick a past session in the terminal; null where none was. */
  pick: (picking: Picking) => Promise<SessionId | null>;
  /** Runs a session in the terminal until the user leaves it. */
  terminal: (options: {
    id: SessionId;
    session: Session;
    notices: readonly string[];
    prompt: string | null;
  }) => Promise<'quit' | 'interrupted'>;
  /**
   * Shows a recorded session in the terminal until the user leaves it, while its records are being read. `from` and `to` are steps; `speed` is a factor, 0 as fast as it goes.
   * 'nothing': no record is within these steps, and nothing was shown.
   */
  player: (options: {
    id: SessionId;
    records: AsyncIterable<Recorded>;
    from: number | null;
    to: number | null;
    speed: number;
  }) => Promise<'quit' | 'interrupted' | 'nothing'>;
  /** What the user can do with the changes of a session that is open here, between prompts. */
  actions: (opened: Pick<OpenSession, 'id' | 'session'>) => SessionActions;
  newest: (dir: string) => Promise<Newest>;
  /**
   * Looks at, or changes, what a session changed. To change, the session's lock is taken and its files are checkpointed first; a look at a
   * session that is running elsewhere sees its newest checkpoint.
   */
  withChanges: <T>(id: SessionId, to: 'look' | 'change', use: (on: ChangesAccess) => Promise<T>) => Promise<T>;
  /** Takes a session away: its worktree with what was not applied, then its log. Its blobs stay. Throws `SessionBusy` while a process has it open. */
  remove: (id: SessionId) => Promise<void>;
  /** Takes a leaked value out of a session's past, or of every session's. Throws `SessionBusy` while a process has one of them open. */
  redact: (request: RedactRequest) => Promise<Redacted>;
  /** Packs all of a session into one file. Takes no lock. */
  exportArchive: (request: ExportRequest) => Promise<Exported>;
  /** Takes a session in from such a file, once every part of it was checked. `repo` is any folder of its repository here. */
  importArchive: (request: ImportRequest) => Promise<Imported>;
  /** Runs the tools of a session again in a fresh worktree, with the recorded replies, and compares what came of it. */
  rerun: (id: SessionId, request: RerunRequest) => Promise<RerunAnswer>;
  /** Makes a damaged log one that can be read to its end. Throws `SessionBusy` while a process has it open. */
  repair: (request: RepairRequest) => Promise<Repaired>;
  /** Looks for what nothing in the home names any more, and takes it away. */
  gc: () => Promise<Gc>;
  doctor: Doctor;
};

/** `collect` takes away what a look has found. */
export type Gc = {look: () => Promise<Useless | {unread: readonly UnreadFile[]}>; collect: (useless: Useless) => Promise<Freed>};

/** The session of this repository that changed last, and those that may have changed after it. */
export type Newest = {id: SessionId | null; unread: readonly Unread[]};

/** A session whose log does not say which repository it is of; `lost` where records of it are known to have been there. */
export type Unread = {id: SessionId; why: string; lost: boolean};

/** `step` null: after the newest. */
export type ForkRequest = {step: number | null; edit: ForkEdit | null};

/** Before the prompt of its turn, which is then said anew; or with another result of one call: `text` is asked for it, and answers null to give up. */
export type ForkEdit = {what: 'prompt'} | {what: 'result'; call: CallId; text: (before: Uint8Array) => Promise<Uint8Array | null>};

/** `prompt` is what the parent's user said next, `root` the new worktree; it is made when the session goes on where the parent had none yet. */
export type Forked = {id: SessionId; step: number; prompt: string | null; root: string; left_out: readonly LeftOut[]};

export type OpenSession = {id: SessionId; session: Session; notices: readonly string[]};

/** Each gives the text to show. */
export type SessionActions = {diff: () => Promise<string>; apply: () => Promise<string>};

export type OpenRequest = {
  dir: string;
  in_place: boolean;
  add_dirs: readonly string[];
  config: string | null;
  flags: ConfigFlags;
  headless: boolean;
};

/** `trust` counts where the worktree differs from its last checkpoint; the folder is kept where nothing is said. */
export type ResumeRequest = Pick<OpenRequest, 'add_dirs' | 'config' | 'flags' | 'headless'> & {
  trust?: Trust;
  /** A folder of the session's repository, where that is not where it was. */
  repo?: string | null;
};

/** What a resume goes on with: the folder as it is now, or the last checkpoint. */
export type Trusted = 'folder' | 'checkpoint';
export type Trust = Trusted | ((found: Differing) => Promise<Trusted>);

/** A worktree whose files changed since the last checkpoint though nothing on the log explains it. */
export type Differing = {root: string; files: readonly ChangedFile[]};

export type ChangesAccess = {
  changes: Changes;
  worktrees: Worktrees;
  record: (event: Extract<SessionEvent, {type: 'changes.applied' | 'worktree.discarded'}>) => void;
};

export type Models = {
  found: () => Promise<readonly FoundModels[]>;
  open: (name: string) => Promise<Model | {failure: Failure}>;
  /** The model of a run that names none: a local one where no key is set, else the keyed provider's. */
  usual: () => Promise<Model | {failure: Failure}>;
};

/** A provider that can be used now: local servers that answered first, then configured ones, then those whose key is set. */
export type FoundModels = {
  provider: string;
  kind: 'local' | 'configured' | 'keyed';
  url: string;
  models: readonly {name: string; window: number | null; note: string | null}[];
};
