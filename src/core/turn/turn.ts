import {unreachable, type Fold} from '../log/fold.ts';
import type {Failure, ToolCall} from '../vocabulary/block.ts';
import type {Recorded, SessionEvent} from '../vocabulary/event.ts';
import type {CallId} from '../vocabulary/ids.ts';
import type {NoticedStorm, StormKind} from '../vocabulary/storm.ts';
import type {Verdict} from '../vocabulary/verdict.ts';

/** Where the conversation stands: enough, and no more, to say what happens next. */
export type Turn = {
  /** Of the newest request that was assembled; 0 before the first. */
  step: number;
  owes: 'human' | 'request' | 'reply' | 'calls';
  /** Why nothing is owed by the agent. */
  rest: Rest;
  /** Failed tries of this step's request, and the wait before the next one. */
  attempt: number;
  wait_ms: number;
  /** How often in a row a request was too large for the model: each time a smaller one is made. */
  squeeze: number;
  /** The calls of this step, in the model's order. */
  calls: ReadonlyMap<CallId, Pending>;
  place: 'planned' | 'ready';
  /** The newest record of the user's words, and the newest that a request considered. */
  said: number;
  heard: number;
  /** The step whose changes to files are not checkpointed yet. */
  unsaved: number | null;
};

export type Rest =
  | {why: 'new' | 'done' | 'interrupted' | 'rewound' | 'cut' | 'refused'}
  | {why: 'failed'; error: Failure}
  | {why: 'limit'; which: string}
  /** `line` is what kept failing; '' where a call kept succeeding with the same output. */
  | {why: 'storm'; kind: StormKind; times: number; line: string};

export type Pending = {call: ToolCall} & PendingState;
type PendingState =
  | {at: 'proposed'}
  | {at: 'asking'; verdict: Extract<Verdict, {kind: 'ask'}>; read_only: boolean}
  | {at: 'allowed'; read_only: boolean}
  | {at: 'refused'; reason: string}
  /** `earlier`: it started in an earlier run of the program, so nobody will ever say how it ended. */
  | {at: 'started'; read_only: boolean; earlier: boolean}
  | {at: 'finished'; read_only: boolean};

const initial: Turn = {
  step: 0,
  owes: 'human',
  rest: {why: 'new'},
  attempt: 0,
  wait_ms: 0,
  squeeze: 0,
  calls: new Map(),
  place: 'planned',
  said: -1,
  heard: -1,
  unsaved: null,
};

export const turn: Fold<Turn> = {initial, apply};

// An event that no longer fits (a reply after an interrupt) leaves the state as it was: the log keeps the fact, the turn does not wake up.
function apply(state: Turn, {seq, event}: Recorded): Turn {
  switch (event.type) {
    case 'session.resumed':
      return resumed(state);
    // It begins with the files of its step, whether or not the parent's records up to there say that they were ready.
    case 'session.forked':
      return {...resumed(state), place: event.tree === null ? 'planned' : 'ready', unsaved: null};
    case 'session.rewound':
      return event.what === 'files' ? state : rewound(state);
    // What was proposed may have run, and what ran is not known: nothing of it is done again.
    case 'session.repaired':
      return {...rewound(state), rest: {why: 'interrupted'}, step: Math.max(state.step, event.step), unsaved: null};
    case 'worktree.prepared':
      return {...state, place: 'ready'};
    case 'user.prompted':
      return {...state, owes: 'request', calls: new Map(), attempt: 0, wait_ms: 0, squeeze: 0, said: seq};
    case 'user.steered':
      return {...state, said: seq};
    case 'user.interrupted':
      return state.owes === 'human' ? state : {...state, owes: 'human', rest: {why: 'interrupted'}};
    case 'budget.reached':
      return state.owes === 'human' ? state : {...state, owes: 'human', rest: {why: 'limit', which: event.which}};
    case 'storm.noticed':
      return event.pauses && state.owes !== 'human' ? {...state, owes: 'human', rest: {why: 'storm', ...restOf(event.storm)}} : state;
    case 'context.assembled':
      return state.owes === 'request' ? {...state, owes: 'reply', step: event.step, heard: event.plan.through} : state;
    case 'model.replied':
      return state.owes === 'reply' && event.step === state.step ? replied(state, event) : state;
    case 'model.failed':
      // A request that could not even be made has the number of the step that it would have been.
      return (state.owes === 'reply' && event.step === state.step) || (state.owes === 'request' && event.step === state.step + 1)
        ? failed(state, event)
        : state;
    case 'tool.judged':
      return judged(state, event);
    case 'human.answered':
      return answered(state, event);
    case 'tool.started':
      return move(state, event.call, pending => ({
        at: 'started',
        read_only: pending.at === 'allowed' && pending.read_only,
        earlier: false,
      }));
    case 'tool.finished':
      return settle(state, event);
    case 'files.checkpointed':
      return state.unsaved !== null && event.step >= state.unsaved ? {...state, unsaved: null} : state;
    case 'session.opened':
    case 'instructions.read':
    case 'result.replaced':
    case 'session.titled':
    case 'session.redacted':
    case 'settings.changed':
    case 'worktree.discarded':
    case 'process.spawned':
    case 'process.ended':
    case 'changes.applied':
    case 'gate.closed':
    case 'gate.opened':
      return state;
    case 'degraded':
      return event.what === 'checkpoint' ? {...state, unsaved: null} : state;
    default:
      return unreachable(event);
  }
}

const restOf = ({kind, times, line}: NoticedStorm) => ({kind, times, line});

// A new run has its own rules, model and window: what was not begun is judged again, and a request that waits for its reply is made again.
function resumed(state: Turn): Turn {
  const calls = new Map(state.calls);
  for (const [id, pending] of calls) {
    if (pending.at === 'started') calls.set(id, {...pending, earlier: true});
    if (pending.at === 'asking' || pending.at === 'allowed') calls.set(id, {call: pending.call, at: 'proposed'});
  }
  return {...(state.owes === 'reply' ? again(state) : state), calls, attempt: 0, wait_ms: 0};
}

/** What was said since is no longer owed an answer. Step numbers go on: each stands on the log once. */
const rewound = (state: Turn): Turn => ({
  ...state,
  owes: 'human',
  rest: {why: 'rewound'},
  calls: new Map(),
  attempt: 0,
  wait_ms: 0,
  squeeze: 0,
});

const again = (state: Turn): Turn => ({...state, owes: 'request', step: state.step - 1});

function replied(state: Turn, {content, stop, step}: Extract<SessionEvent, {type: 'model.replied'}>): Turn {
  const calls = content.filter(block => block.type === 'call');
  const heard = {...state, attempt: 0, wait_ms: 0, squeeze: 0};
  if (calls.length > 0) return {...heard, step, owes: 'calls', calls: new Map(calls.map(call => [call.id, {call, at: 'proposed'}]))};
  if (state.said > state.heard) return {...heard, owes: 'request', calls: new Map()};
  const why = stop === 'length' ? 'cut' : stop === 'refusal' ? 'refused' : 'done';
  return {...heard, owes: 'human', rest: {why}, calls: new Map()};
}

const maxSqueeze = 2;

/** The code of a failure that stands for: settings or model changed since the request was planned. It is planned again. */
export const staleRequest = 'stale-request';

function failed(state: Turn, {error, attempt, retry_in_ms}: Extract<SessionEvent, {type: 'model.failed'}>): Turn {
  if (error.code === 'context-overflow' && state.squeeze < maxSqueeze) return {...again(state), squeeze: state.squeeze + 1};
  if (error.code === staleRequest) return again(state);
  if (retry_in_ms === null) return {...state, owes: 'human', rest: {why: 'failed', error}};
  return {...state, attempt, wait_ms: retry_in_ms};
}

function judged(state: Turn, {call, verdict, read_only}: Extract<SessionEvent, {type: 'tool.judged'}>): Turn {
  switch (verdict.kind) {
    case 'allow':
      return move(state, call, () => ({at: 'allowed', read_only}));
    case 'ask':
      return move(state, call, () => ({at: 'asking', verdict, read_only}));
    case 'deny':
      return move(state, call, () => ({at: 'refused', reason: verdict.reason}));
    default:
      return unreachable(verdict);
  }
}

function answered(state: Turn, {call, answer, says}: Extract<SessionEvent, {type: 'human.answered'}>): Turn {
  return move(state, call, pending => {
    if (pending.at !== 'asking') return pending;
    if (answer === 'allow') return {at: 'allowed', read_only: pending.read_only};
    return {at: 'refused', reason: says === undefined ? 'The user refused it.' : `The user refused it and says: ${says}`};
  });
}

function move(state: Turn, id: CallId, to: (pending: Pending) => PendingState): Turn {
  const pending = state.calls.get(id);
  if (pending === undefined) return state;
  return {...state, calls: new Map(state.calls).set(id, {call: pending.call, ...to(pending)})};
}

function settle(state: Turn, {call}: Extract<SessionEvent, {type: 'tool.finished'}>): Turn {
  const pending = state.calls.get(call);
  if (pending === undefined) return state;
  // What never started changed nothing.
  const read_only = pending.at !== 'started' || pending.read_only;
  const calls = new Map(state.calls).set(call, {call: pending.call, at: 'finished', read_only});
  const unsaved = read_only ? state.unsaved : (state.unsaved ?? state.step);
  const over = state.owes === 'calls' && [...calls.values()].every(({at}) => at === 'finished');
  return {...state, calls, unsaved, owes: over ? 'request' : state.owes};
}
