import {cutPlan, plan, type Plan} from '../context/plan.ts';
import {withoutEvicted} from '../context/evicted.ts';
import {callsOf, cutTrace, trace, type Trace} from '../context/trace.ts';
import type {Fold} from '../log/fold.ts';
import {Growing} from '../log/growing.ts';
import {storms, type Storms} from '../storms/storms.ts';
import {turn, type Turn} from '../turn/turn.ts';
import type {Recorded, SessionEvent, Versions} from '../vocabulary/event.ts';
import type {BlobRef, CallId, SessionId} from '../vocabulary/ids.ts';
import type {SessionSettings} from '../vocabulary/settings.ts';
import type {Rule} from '../vocabulary/verdict.ts';
import {card, type Card} from './card.ts';
import {changes, type Changes} from './changes.ts';
import {closedGates, type ClosedGates} from './closed-gates.ts';
import {knownFiles, type KnownFiles} from './known-files.ts';
import {liveGroups, type LiveGroups} from './live-groups.ts';
import {marks, type Marks} from './marks.ts';
import {outputBlobs, type OutputBlobs} from './output-blobs.ts';
import {usage, type UsageTotals} from './usage.ts';

/** Everything that the loop decides by: one fold made of the single ones. */
export type SessionState = {
  opened: Opened | null;
  settings: SessionSettings | null;
  /** Rules that the user granted in this run of the session: not restored by a resume. */
  grants: readonly Rule[];
  turn: Turn;
  /** Every call that a model ever made here. */
  called: Growing<CallId>;
  /** What no later request can hold is not in it. */
  trace: Trace;
  plan: Plan;
  usage: UsageTotals;
  files: KnownFiles;
  outputs: OutputBlobs;
  groups: LiveGroups;
  /** What lost calls may have changed, and nobody has looked at since. */
  gates: ClosedGates;
  changes: Changes;
  card: Card;
  storms: Storms;
  /** Where the conversation stood before each rewind of it, by the rewind's number: what undoing it brings back. */
  before_rewind: ReadonlyMap<number, Talk>;
  marks: Marks;
};

/** What a rewind of the conversation takes back. */
export type Talk = {trace: Trace; plan: Plan; files: KnownFiles};

export type Opened = {session: SessionId; versions: Versions; environment: BlobRef; instructions: readonly {file: string; blob: BlobRef}[]};

const initial: SessionState = {
  opened: null,
  settings: null,
  grants: [],
  turn: turn.initial,
  called: new Growing(),
  trace: trace.initial,
  plan: plan.initial,
  usage: usage.initial,
  files: knownFiles.initial,
  outputs: outputBlobs.initial,
  groups: liveGroups.initial,
  gates: closedGates.initial,
  changes: changes.initial,
  card: card.initial,
  storms: storms.initial,
  before_rewind: new Map(),
  marks: marks.initial,
};

export const sessionState: Fold<SessionState> = {initial, apply};

function apply(state: SessionState, record: Recorded): SessionState {
  return {
    ...own(state, record.event),
    turn: turn.apply(state.turn, record),
    ...talk(state, record),
    usage: usage.apply(state.usage, record),
    outputs: outputBlobs.apply(state.outputs, record),
    groups: liveGroups.apply(state.groups, record),
    gates: closedGates.apply(state.gates, record),
    changes: changes.apply(state.changes, record),
    card: card.apply(state.card, record),
    storms: storms.apply(state.storms, record),
    marks: marks.apply(state.marks, record),
  };
}

function talk(state: SessionState, record: Recorded): Talk & Pick<SessionState, 'before_rewind'> {
  const {event, seq} = record;
  const rewinds = event.type === 'session.rewound' && event.what !== 'files';
  const from = rewinds ? takenBack(state, event) : state;
  const next = {trace: trace.apply(from.trace, record), plan: plan.apply(from.plan, record)};
  return {
    // Rarely, since then the whole of it is gone through.
    trace: event.type === 'context.assembled' && event.plan.removed.length > 0 ? withoutEvicted(next.trace, next.plan) : next.trace,
    plan: next.plan,
    files: knownFiles.apply(from.files, record),
    before_rewind: rewinds
      ? new Map(state.before_rewind).set(seq, {trace: state.trace, plan: state.plan, files: state.files})
      : state.before_rewind,
  };
}

// Which files the model had read by then is not kept: it has to read again before it edits, which does no harm.
function takenBack(state: SessionState, {through, undoes}: Extract<SessionEvent, {type: 'session.rewound'}>): Talk {
  const undone = undoes === null ? undefined : state.before_rewind.get(undoes);
  if (undone !== undefined) return undone;
  return {trace: cutTrace(state.trace, through), plan: cutPlan(state.plan, through), files: knownFiles.initial};
}

function own(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'session.opened':
      return {
        ...state,
        settings: event.settings,
        opened: {session: event.session, versions: event.versions, environment: event.environment, instructions: []},
      };
    case 'instructions.read':
      return state.opened === null
        ? state
        : {...state, opened: {...state.opened, instructions: [...state.opened.instructions, {file: event.file, blob: event.blob}]}};
    case 'session.resumed':
      return {
        ...state,
        settings: event.settings,
        grants: [],
        opened:
          state.opened === null
            ? null
            : {...state.opened, versions: event.versions, environment: event.moved?.environment ?? state.opened.environment},
      };
    case 'session.forked':
      return {
        ...state,
        settings: event.settings,
        grants: [],
        opened:
          state.opened === null
            ? null
            : {...state.opened, session: event.session, versions: event.versions, environment: event.environment},
      };
    case 'session.repaired':
      return {...state, grants: [], opened: state.opened === null ? null : {...state.opened, session: event.session}};
    case 'settings.changed':
      return {...state, settings: event.settings};
    case 'model.replied':
      return {...state, called: callsOf(event.content).reduce((called, {id}) => called.with(id), state.called)};
    case 'human.answered':
      return event.grants === undefined ? state : {...state, grants: [...state.grants, event.grants]};
    default:
      return state;
  }
}
