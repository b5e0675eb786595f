import type {Block, Failure, Stop, Usage} from './block.ts';
import type {Excerpt} from './excerpt.ts';
import type {BlobRef, CallId, GitTree, RunId, SessionId, Sha256} from './ids.ts';
import type {FileTouch, Outcome, ProcessGroup} from './outcome.ts';
import type {PlanDelta} from './plan.ts';
import type {SessionSettings} from './settings.ts';
import type {NoticedStorm} from './storm.ts';
import type {Rule, Verdict} from './verdict.ts';

/** Everything a session can ever know. Past tense, append-only; every other state is a fold over these. */
export type SessionEvent =
  | {
      type: 'session.opened';
      session: SessionId;
      run: RunId;
      repo: string | null;
      place: Place;
      settings: SessionSettings;
      versions: Versions;
      environment: BlobRef;
    }
  /** `moved`: its repository is somewhere else now, and it works there; `environment` is what the model is told of the machine from here on. A `clone` is another checkout than the one that changes were brought into before. */
  | {
      type: 'session.resumed';
      run: RunId;
      versions: Versions;
      settings: SessionSettings;
      worktree: FoundWorktree;
      moved?: {repo: string | null; place: Place; environment: BlobRef; clone: boolean};
    }
  /**
   * A new session begins here. Every record before this one is its parent's, byte for byte: `from` names the last of them and the step that it ends. `tree`
   * are the files as they were then; null where the parent had no worktree yet. `repo`: the repository is somewhere else by now than the parent's records say.
   */
  | {
      type: 'session.forked';
      session: SessionId;
      run: RunId;
      from: {session: SessionId; seq: number; hash: Sha256; step: number};
      repo?: string;
      place: Place;
      tree: GitTree | null;
      settings: SessionSettings;
      versions: Versions;
      environment: BlobRef;
    }
  /** From here on the model sees `outcome` in place of what the call gave. */
  | {type: 'result.replaced'; call: CallId; outcome: Outcome}
  /**
   * The conversation goes on as if the records after `through` had not been said, the files as they were at the end of step `to`, or both. `undoes` is the number of the rewind that
   * this one takes back. Nothing leaves the log.
   */
  | {
      type: 'session.rewound';
      to: number;
      what: 'talk' | 'files' | 'both';
      through: number;
      files: {from: GitTree; to: GitTree} | null;
      undoes: number | null;
    }
  | {type: 'session.titled'; title: string}
  | {type: 'settings.changed'; settings: SessionSettings}
  | {type: 'instructions.read'; file: string; blob: BlobRef}
  | {type: 'worktree.prepared'; base: GitTree; head: string | null; left_out: readonly LeftOut[]; dependencies: readonly string[]}
  | {type: 'worktree.discarded'}
  /** `text` stands in the request. A prompt over the output budget is kept whole as a blob, and `text` is its excerpt. */
  | {type: 'user.prompted'; text: string; whole?: Excerpt}
  | {type: 'user.steered'; text: string; whole?: Excerpt}
  | {type: 'user.interrupted'}
  /** `sha256` is of the provider-neutral prompt in its one written encoding. */
  | {type: 'context.assembled'; step: number; plan: PlanDelta; max_output: number; sha256: Sha256}
  | {
      type: 'model.replied';
      step: number;
      content: readonly Block[];
      stop: Stop;
      model: string;
      usage: Usage;
      usd: number | null;
      response: BlobRef;
    }
  | {type: 'model.failed'; step: number; attempt: number; error: Failure; retry_in_ms: number | null}
  | {type: 'tool.judged'; call: CallId; verdict: Verdict; read_only: boolean}
  | {type: 'human.answered'; call: CallId; answer: 'allow' | 'deny'; grants?: Rule; says?: string}
  | {type: 'tool.started'; call: CallId; idempotency_key: Sha256}
  | {type: 'process.spawned'; call: CallId; group: ProcessGroup}
  | {type: 'process.ended'; group: ProcessGroup; by: 'itself' | 'timeout' | 'interrupt' | 'output-limit' | 'stop' | 'recovery'}
  | {type: 'tool.finished'; call: CallId; outcome: Outcome; touched: readonly FileTouch[]}
  /** A call that changes something was lost: what became of `subject`, a path as it is shown or `.` for anything in the worktree, is not known. */
  | {type: 'gate.closed'; subject: string; why: 'lost'; call: CallId}
  /** A reading call has looked at it, or the user allowed a call with side effects. */
  | {type: 'gate.opened'; subject: string; by: CallId | 'user'}
  /** `by`: no step changed these files, somebody else did while none ran. */
  | {type: 'files.checkpointed'; step: number; tree: GitTree; changed: readonly string[]; left_out: readonly LeftOut[]; by?: 'other'}
  /** `tree` is the worktree as it was brought over, `before` and `after` the checkout around it. */
  | {
      type: 'changes.applied';
      how: 'apply' | 'undo';
      tree: GitTree;
      before: GitTree;
      after: GitTree;
      files: readonly string[];
      commit: string | null;
    }
  | {type: 'budget.reached'; which: 'steps' | 'tokens' | 'usd' | 'time'; limit: number}
  /** The same result came back again and again with no file changed in between. The model is told so beside the result of the newest of `calls`. */
  | {type: 'storm.noticed'; storm: NoticedStorm; pauses: boolean}
  /** A value was taken out of all records before this one. `was` is the last of them as it stood before; `unproven` are the steps whose request could not be made again. */
  | {
      type: 'session.redacted';
      placeholder: string;
      places: number;
      records: number;
      blobs: number;
      was: {seq: number; hash: Sha256};
      unproven: readonly number[];
    }
  /**
   * The log was damaged, and goes on here behind its last record that is proven. Lines `from` to `to` of the damaged file could not be read (`to` is before `from` where whole lines are
   * missing): `bytes` of them. What stood behind, as it stood, is the blob `appendix`: `records` can be read in it, they name the blobs `names`, and none of them counts. Steps go on
   * after `step`. It is not `placed` where the records before are none, or only those that a fork took over from its parent: where it works is lost then.
   */
  | {
      type: 'session.repaired';
      session: SessionId;
      lost: {from: number; to: number; bytes: number};
      appendix: BlobRef | null;
      records: number;
      names: readonly BlobRef[];
      step: number;
      placed: boolean;
    }
  | {type: 'degraded'; what: string; why: string};

/** An event as it lies in the log. `hash` covers the line's own bytes and with them `prev`, so no line can be edited, dropped or reordered unseen. */
export type Recorded<Event = SessionEvent> = {v: 1; seq: number; at: string; prev: Sha256; event: Event; hash: Sha256};

/** An event of a type that this build does not know: kept, verified and passed over. */
export type UnknownEvent = {type: string};

/** Where the work happens. `root` is the worktree (or the checkout itself); `cwd` the folder in it that the user started in, relative, '' for the root. */
export type Place = {kind: 'worktree' | 'in-place'; root: string; cwd: string; head: string | null};

/**
 * How a resume found the worktree. Where files differ from the last checkpoint, `tree` and `left_out` are the folder as it was found, and `trusted` says which of the two the
 * session goes on with.
 */
export type FoundWorktree =
  | 'as-left'
  | 'recreated'
  | {differs: readonly string[]; trusted: 'folder' | 'checkpoint'; tree: GitTree; left_out: readonly LeftOut[]};

/**
 * What the request was made by: charter and tool descriptions are blobs, so that they can be read when this build is gone. `loop`: the rules that the loop decides by; logs of earlier
 * versions have none.
 */
export type Versions = {
  program: string;
  assembler: string;
  estimator: string;
  policy: string;
  charter: BlobRef;
  tools: BlobRef;
  loop?: string;
};

export type LeftOut = {
  path: string;
  /** `name`: it is not UTF-8, so no record can hold it. */
  why: 'too-large' | 'unreadable' | 'nested-repository' | 'special-file' | 'name';
  /** The session made or changed it: it stands in the worktree only. */
  changed?: true;
};
