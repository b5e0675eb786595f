import type {Fold} from '../log/fold.ts';
import {Growing} from '../log/growing.ts';
import {turn, type Turn} from '../turn/turn.ts';
import type {Place, Recorded} from '../vocabulary/event.ts';
import type {Said, SessionRow, Work} from '../vocabulary/session-row.ts';
import {card, type Card} from './card.ts';
import {changes, type Changes} from './changes.ts';
import {restWord} from './rest-word.ts';
import {saidIn} from './said.ts';

/** The state of the fold: what a row is made of, and `said`, what was said since it was taken from. */
export type Rowing = {
  card: Card;
  turn: Turn;
  changes: Changes;
  root: string | null;
  first: string;
  files: readonly string[];
  paths: ReadonlySet<string>;
  said: Growing<Said>;
};

const initial: Rowing = {
  card: card.initial,
  turn: turn.initial,
  changes: changes.initial,
  root: null,
  first: '',
  files: [],
  paths: new Set(),
  said: new Growing(),
};

export const rowing: Fold<Rowing> = {initial, apply};

function apply(state: Rowing, record: Recorded): Rowing {
  const {event} = record;
  const said = saidIn(record, state.card.steps, state.paths);
  const paths = said.filter(({kind}) => kind === 'path').map(({text}) => text);
  return {
    card: card.apply(state.card, record),
    turn: turn.apply(state.turn, record),
    changes: changes.apply(state.changes, record),
    root: rootIn(state.root, record),
    first: event.type === 'user.prompted' && state.card.prompts === 0 ? event.text : state.first,
    files: event.type === 'files.checkpointed' ? withFiles(state.files, event.changed) : state.files,
    paths: paths.length === 0 ? state.paths : new Set([...state.paths, ...paths]),
    said: said.reduce((all, one) => all.with(one), state.said),
  };
}

function rootIn(root: string | null, {event}: Recorded): string | null {
  if (event.type === 'session.opened') return openedIn(event);
  if (event.type === 'session.resumed' && event.moved !== undefined) return openedIn(event.moved);
  return event.type === 'session.forked' ? (event.repo ?? root) : root;
}

/** What "this repository" is measured by: outside of one it is the folder. */
export const openedIn = ({repo, place}: {repo: string | null; place: Place}): string => repo ?? place.root;

export function rowOf({card: own, turn: at, ...state}: Rowing): SessionRow {
  const {title, repo, opened, newest, prompts, steps, model, mode, parent} = own;
  return {
    root: state.root,
    title,
    repo,
    opened,
    newest,
    prompts,
    steps,
    model,
    mode,
    word: restWord(at),
    owes: at.owes !== 'human',
    parent: parent === null ? null : {session: parent.session, step: parent.step},
    first: beginning(state.first),
    answer: beginning(own.answer),
    files: state.files,
    work: workOf(state.changes, at),
  };
}

/** Files of one session that a list names. */
const mostFiles = 1_000;

function withFiles(files: readonly string[], changed: readonly string[]): readonly string[] {
  const known = new Set(files);
  const fresh = changed.filter(path => !known.has(path));
  return fresh.length === 0 ? files : [...files, ...fresh].slice(0, mostFiles);
}

const shown = 1_000;

const beginning = (text: string): string => text.trim().slice(0, shown).trimEnd().toWellFormed();

function workOf({place, base, tree, applied, discarded}: Changes, {place: at}: Turn): Work {
  if (discarded) return {place, state: 'discarded'};
  if (at === 'planned' || tree === null) return {place, state: 'new'};
  if (tree === (applied ?? base)) return {place, state: applied === null ? 'nothing' : 'applied'};
  return {place, state: 'not-applied'};
}
