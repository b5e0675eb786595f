import {plan, type Plan} from '../context/plan.ts';
import {trace, type Trace} from '../context/trace.ts';
import type {Fold} from '../log/fold.ts';
import {storms, type Storms} from '../storms/storms.ts';
import {turn, type Turn} from '../turn/turn.ts';
import type {Recorded, SessionEvent, Versions} from '../vocabulary/event.ts';
import type {BlobRef, SessionId} from '../vocabulary/ids.ts';
import type {SessionSettings} from '../vocabulary/settings.ts';
import type {Rule} from '../vocabulary/verdict.ts';
import {card, type Card} from './card.ts';
import {changes, type Changes} from './changes.ts';
import {knownFiles, type KnownFiles} from './known-files.ts';
import {liveGroups, type LiveGroups} from './live-groups.ts';
import {outputs, type Outputs} from './outputs.ts';
import {usage, type UsageTotals} from './usage.ts';

/** Everything that the loop decides by: one fold made of the single ones. */
export type SessionState = {
  opened: Opened | null;
  settings: SessionSettings | null;
  /** Rules that the user granted in this run of the session: not restored by a resume. */
  grants: readonly Rule[];
  turn: Turn;
  trace: Trace;
  plan: Plan;
  usage: UsageTotals;
  files: KnownFiles;
  outputs: Outputs;
  groups: LiveGroups;
  changes: Changes;
  card: Card;
  storms: Storms;
};

export type Opened = {session: SessionId; versions: Versions; environment: BlobRef; instructions: readonly {file: string; blob: BlobRef}[]};

const initial: SessionState = {
  opened: null,
  settings: null,
  grants: [],
  turn: turn.initial,
  trace: trace.initial,
  plan: plan.initial,
  usage: usage.initial,
  files: knownFiles.initial,
  outputs: outputs.initial,
  groups: liveGroups.initial,
  changes: changes.initial,
  card: card.initial,
  storms: storms.initial,
};

export const sessionState: Fold<SessionState> = {initial, apply};

function apply(state: SessionState, record: Recorded): SessionState {
  return {
    ...own(state, record.event),
    turn: turn.apply(state.turn, record),
    trace: trace.apply(state.trace, record),
    plan: plan.apply(state.plan, record),
    usage: usage.apply(state.usage, record),
    files: knownFiles.apply(state.files, record),
    outputs: outputs.apply(state.outputs, record),
    groups: liveGroups.apply(state.groups, record),
    changes: changes.apply(state.changes, record),
    card: card.apply(state.card, record),
    storms: storms.apply(state.storms, record),
  };
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
        opened: state.opened === null ? null : {...state.opened, versions: event.versions},
      };
    case 'settings.changed':
      return {...state, settings: event.settings};
    case 'human.answered':
      return event.grants === undefined ? state : {...state, grants: [...state.grants, event.grants]};
    default:
      return state;
  }
}
