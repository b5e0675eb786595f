import type {Fold} from '../log/fold.ts';
import {Growing} from '../log/growing.ts';
import {Keyed} from '../log/keyed.ts';
import type {Recorded, SessionEvent} from '../vocabulary/event.ts';
import type {CallId, GitTree, Sha256} from '../vocabulary/ids.ts';
import type {Outcome} from '../vocabulary/outcome.ts';
import type {NoticedStorm, StormKind, StormSettings} from '../vocabulary/storm.ts';
import {calledAs, type Called} from './called.ts';
import {failureOf} from './failure.ts';
import {isToldAgain, noticed, patience, reported, stepOf, timesOf, usualStorms, type Run} from './run.ts';

/**
 * What came back again and again. A run of one failure (or of one repeated call) ends where a file really changes, where the same call
 * succeeds, and where the user speaks.
 */
export type Storms = {
  settings: StormSettings;
  /** The step of the newest reply. */
  step: number;
  /** Runs that go on, by kind and signature. */
  open: ReadonlyMap<string, Run>;
  /** Runs of two and more steps that came to an end, oldest first. */
  ended: Growing<Run>;
  /** The calls of the newest reply, and those of them that only read. */
  calls: ReadonlyMap<CallId, Called>;
  readers: ReadonlySet<CallId>;
  tree: GitTree | null;
  /** Since the last checkpoint: the calls that may have changed files unseen, and the files that tools say they wrote. */
  writers: readonly CallId[];
  wrote: ReadonlySet<string>;
  /** The newest known content of each file. */
  known: ReadonlyMap<string, Sha256 | null>;
};

const initial: Storms = {
  settings: usualStorms,
  step: 0,
  open: new Keyed(),
  ended: new Growing(),
  calls: new Map(),
  readers: new Set(),
  tree: null,
  writers: [],
  wrote: new Set(),
  known: new Keyed(),
};

export const storms: Fold<Storms> = {initial, apply};

/** Every run that is long enough to be reported, oldest first by its end: `failure` are retry storms, `repeat` the same successful call. */
export function stormsOf(state: Storms, kind: StormKind): readonly Run[] {
  return [...state.ended, ...state.open.values()].filter(run => run.kind === kind && timesOf(run) >= reported[kind]);
}

/** What is to be noticed before the next request. While an earlier step's files are not looked at yet, nobody knows whether they changed. */
export function dueStorms({open, settings, step, writers}: Storms): readonly {storm: NoticedStorm; pauses: boolean}[] {
  if (writers.some(call => stepOf(call) < step)) return [];
  return [...open.values()].flatMap(run => {
    const {notice, pause} = patience(run.kind, settings);
    const times = timesOf(run);
    if (stepOf(run.entries.at(-1)!.call) !== step || !isToldAgain(run, times)) return [];
    const pauses = times >= pause && !run.paused;
    return pauses || times >= notice ? [{storm: noticed(run), pauses}] : [];
  });
}

function apply(state: Storms, {event}: Recorded): Storms {
  switch (event.type) {
    case 'session.opened':
    case 'session.resumed':
    case 'session.forked':
    case 'settings.changed':
      return {...state, settings: event.settings.storms ?? usualStorms};
    case 'worktree.prepared':
      return {...state, tree: event.base};
    case 'user.prompted':
    case 'session.rewound':
      return end(state, () => []);
    case 'model.replied':
      return replied(state, event);
    case 'tool.judged':
      return event.read_only ? {...state, readers: new Set(state.readers).add(event.call)} : state;
    case 'tool.finished':
      return finished(state, event);
    case 'files.checkpointed':
      return checkpointed(state, event.step, event);
    case 'degraded':
      return event.what === 'checkpoint' ? checkpointed(state, state.step, null) : state;
    case 'storm.noticed':
      return marked(state, event);
    default:
      return state;
  }
}

function replied(state: Storms, {step, content}: Extract<SessionEvent, {type: 'model.replied'}>): Storms {
  const calls = content.filter(block => block.type === 'call');
  return {...state, step, readers: new Set(), calls: new Map(calls.map(call => [call.id, calledAs(call, state.settings.exempt)]))};
}

function finished(state: Storms, {call, outcome, touched}: Extract<SessionEvent, {type: 'tool.finished'}>): Storms {
  const after = writes(state, {call, outcome, touched});
  const called = state.calls.get(call);
  if (called === undefined || called.exempt) return after;
  const failure = failureOf(outcome, called.key);
  const entry = {call, key: called.key, title: called.title, tokens: tokensOf(outcome)};
  if (failure !== null) return add(after, {kind: 'failure', signature: failure.id, line: failure.line}, entry);
  if (!hasSucceeded(outcome)) return after;
  const signature = `${called.key} ${outcome.shown.stdout_sha256}`;
  // A call that succeeds, or prints something new, ends what it was a part of.
  const rest = end(after, ({kind, entries, ...run}) =>
    (kind === 'repeat' && run.signature === signature) || !entries.some(({key}) => key === called.key) ? entries : [],
  );
  return called.waits ? rest : add(rest, {kind: 'repeat', signature, line: ''}, entry);
}

type Finished = Pick<Extract<SessionEvent, {type: 'tool.finished'}>, 'call' | 'outcome' | 'touched'>;

function writes(state: Storms, {call, outcome, touched}: Finished): Storms {
  const written = touched.filter(({access}) => access === 'written');
  const changed = written.some(({path, sha256}) => !state.known.has(path) || state.known.get(path) !== sha256);
  const known = Keyed.of(state.known).with(touched.map(({path, sha256}) => [path, sha256] as const));
  const wrote = written.length === 0 ? state.wrote : new Set([...state.wrote, ...written.map(({path}) => path)]);
  const unseen = written.length === 0 && outcome.kind !== 'refused' && !state.readers.has(call);
  const next = {...state, known, wrote, writers: unseen ? [...state.writers, call] : state.writers};
  return changed ? end(next, () => []) : next;
}

/**
 * What a checkpoint found changed, and no tool said it wrote, a command changed. What a run's own command changes each time it is called just
 * so (a report, a cache) is no edit; anything else ends the calls that came before it.
 */
function checkpointed(state: Storms, step: number, found: {tree: GitTree; changed: readonly string[]} | null): Storms {
  const seen = {...state, tree: found?.tree ?? state.tree, writers: [], wrote: new Set<string>()};
  const changed = found === null || (found.tree !== state.tree && found.changed.some(path => !state.wrote.has(path)));
  if (!changed) return seen;
  return end(seen, run => (isOwn(run, state.writers) ? run.entries : run.entries.filter(({call}) => stepOf(call) >= step)));
}

function isOwn({entries}: Run, writers: readonly CallId[]): boolean {
  const keys = new Map(entries.map(({call, key}) => [call, key]));
  return (
    writers.length > 0 &&
    writers.every(writer => keys.has(writer) && entries.some(({call, key}) => call !== writer && key === keys.get(writer)))
  );
}

/** What is left of each run; where it is not the whole, what was is kept among the ended ones. */
function end(state: Storms, left: (run: Run) => Run['entries']): Storms {
  const over = [...state.open].flatMap(([name, run]) => {
    const entries = left(run);
    return entries.length === run.entries.length ? [] : [{name, run, entries}];
  });
  if (over.length === 0) return state;
  const shorter = over.filter(({entries}) => entries.length > 0);
  return {
    ...state,
    open: Keyed.of(state.open)
      .with(shorter.map(({name, run, entries}) => [name, {...run, entries, told: 0, paused: false}] as const))
      .without(over.filter(({entries}) => entries.length === 0).map(({name}) => name)),
    ended: over.reduce((ended, {run}) => (timesOf(run) > 1 ? ended.with(run) : ended), state.ended),
  };
}

function add(state: Storms, what: Pick<Run, 'kind' | 'signature' | 'line'>, entry: Run['entries'][number]): Storms {
  const name = nameOf(what);
  const run = state.open.get(name) ?? {...what, entries: [], told: 0, paused: false};
  return {...state, open: Keyed.of(state.open).with([[name, {...run, entries: [...run.entries, entry]}]])};
}

function marked(state: Storms, {storm, pauses}: Extract<SessionEvent, {type: 'storm.noticed'}>): Storms {
  const run = state.open.get(nameOf(storm));
  if (run === undefined) return state;
  return {...state, open: Keyed.of(state.open).with([[nameOf(storm), {...run, told: storm.times, paused: run.paused || pauses}]])};
}

const nameOf = ({kind, signature}: Pick<Run, 'kind' | 'signature'>): string => `${kind} ${signature}`;

const tokensOf = (outcome: Outcome): number => ('shown' in outcome ? (outcome.shown?.shown.tokens ?? 0) : 0);

const hasSucceeded = (outcome: Outcome): outcome is Extract<Outcome, {kind: 'ran' | 'done'}> =>
  outcome.kind === 'done' || (outcome.kind === 'ran' && outcome.exit === 0 && outcome.settled === 'exit');
