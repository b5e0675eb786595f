import type {Turn} from '../../core/turn/turn.ts';
import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
import type {GitTree} from '../../core/vocabulary/ids.ts';
import type {SessionSettings} from '../../core/vocabulary/settings.ts';

/** What came from outside, and when: it is given when all that was recorded before `seq` has come about again. */
export type Cue = {seq: number; at: number} &
  /** What the user said, or what else is recorded again as it was. */
  (
    | {do: 'record'; event: Extract<SessionEvent, {type: 'user.prompted' | 'user.steered' | 'result.replaced'}>}
    /** The turn ended there, and not by itself. */
    | {do: 'stop'; event: SessionEvent}
    /** Another run of the program, with what it worked under; nothing was left running. */
    | {do: 'settings'; settings: SessionSettings; newRun: boolean}
    | {do: 'rewind'; event: Extract<SessionEvent, {type: 'session.rewound'}>}
    /** Files that nothing in the session changed: the user did. */
    | {do: 'files'; from: GitTree; to: GitTree}
  );

type Around = {before: Turn; after: Turn; tree: GitTree | null; records: readonly Recorded[]};

/** What a record brings from outside; null where the agent made it of itself. `tree` are the files before it. */
export function cueOf({seq, at: written, event}: Recorded, {before, after, tree, records}: Around): Cue | null {
  const at = Date.parse(written);
  switch (event.type) {
    case 'user.prompted':
    case 'result.replaced':
      return {do: 'record', seq, at, event};
    case 'user.steered':
      return {do: 'record', seq: heardAfter(seq, records), at, event};
    case 'session.resumed':
    case 'session.forked':
      return {do: 'settings', seq, at, settings: event.settings, newRun: true};
    case 'settings.changed':
      return {do: 'settings', seq, at, settings: event.settings, newRun: false};
    case 'session.rewound':
      return {do: 'rewind', seq, at, event};
    case 'files.checkpointed':
      return before.unsaved === null && tree !== null && tree !== event.tree ? {do: 'files', seq, at, from: tree, to: event.tree} : null;
    case 'model.replied':
      return null;
    default:
      return before.owes !== 'human' && after.owes === 'human' ? {do: 'stop', seq, at, event} : null;
  }
}

/** Words that came while a request was being made, and are not in it, are given behind it. */
function heardAfter(said: number, records: readonly Recorded[]): number {
  const deaf = records.findLast(({seq, event}) => seq > said && event.type === 'context.assembled' && event.plan.through < said);
  return deaf === undefined ? said : deaf.seq + 0.5;
}

/** The files after a record that says which they are. */
export function treeAfter(event: SessionEvent): GitTree | null {
  switch (event.type) {
    case 'worktree.prepared':
      return event.base;
    case 'files.checkpointed':
    case 'session.forked':
      return event.tree;
    case 'session.rewound':
      return event.files?.to ?? null;
    default:
      return null;
  }
}
