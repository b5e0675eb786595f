import {isSessionEvent} from '../../core/log/event-types.ts';
import {card as cardFold, type Card} from '../../core/projections/card.ts';
import {turn as turnFold} from '../../core/turn/turn.ts';
import type {Recorded, SessionEvent, UnknownEvent} from '../../core/vocabulary/event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Program} from '../../agent/program.ts';
import {LogDamaged, type Catalogue} from '../../ports/catalogue.ts';
import {bounded} from './bounded.ts';
import {titleLine} from './format/title-line.ts';
import {sessionWord} from './session-word.ts';

/** A session in a list. `changed` in milliseconds since 1970. A damaged log still has a line: what could be read before the bad one. */
export type ListedSession = {
  id: SessionId;
  title: string;
  repo: string | null;
  changed: number;
  bytes: number;
  steps: number;
  model: string;
  state: string;
  damaged: {line: number; why: string} | null;
};

const atOnce = 8;

/** The newest first. Logs of other repositories are read no further than their first record. */
export async function* listedSessions(where: {dir: string; all: boolean}, program: Program): AsyncGenerator<ListedSession> {
  const [catalogue, root] = await Promise.all([program.catalogue(), where.all ? null : rootOf(where.dir, program)]);
  for await (const listed of bounded(await catalogue.list(), atOnce, entry => describe(entry, root, catalogue)))
    if (listed !== null) yield listed;
}

export async function sessionsOf(where: {dir: string; all: boolean}, program: Program): Promise<ListedSession[]> {
  const sessions: ListedSession[] = [];
  for await (const session of listedSessions(where, program)) sessions.push(session);
  return sessions;
}

/** These sessions, whatever their repository, the newest first. An id without a log is left out. */
export async function describedSessions(ids: ReadonlySet<SessionId>, program: Program): Promise<ListedSession[]> {
  const catalogue = await program.catalogue();
  const entries = (await catalogue.list()).filter(({id}) => ids.has(id));
  const sessions: ListedSession[] = [];
  for await (const listed of bounded(entries, atOnce, entry => describe(entry, null, catalogue)))
    if (listed !== null) sessions.push(listed);
  return sessions;
}

/** What "this repository" means: its root, or outside of one the folder itself. */
export async function rootOf(dir: string, program: Program): Promise<string> {
  const at = await (await program.worktrees()).locate(dir);
  return 'root' in at ? at.root : dir;
}

/** Where a session was opened: the same measure. */
export const openedIn = ({repo, place}: Extract<SessionEvent, {type: 'session.opened'}>): string => repo ?? place.root;

type Entry = Awaited<ReturnType<Catalogue['list']>>[number];

async function describe({id, changed, bytes, busy}: Entry, root: string | null, catalogue: Catalogue): Promise<ListedSession | null> {
  let card: Card = cardFold.initial;
  let turn = turnFold.initial;
  let damaged: ListedSession['damaged'] = null;
  try {
    for await (const record of catalogue.read(id)) {
      if (!isKnown(record)) continue;
      if (root !== null && record.event.type === 'session.opened' && openedIn(record.event) !== root) return null;
      card = cardFold.apply(card, record);
      turn = turnFold.apply(turn, record);
    }
  } catch (error) {
    if (!(error instanceof LogDamaged)) throw error;
    damaged = {line: error.line, why: error.message};
  }
  const state = damaged === null ? sessionWord(turn, busy) : 'damaged';
  return {id, title: titleLine(card.title), repo: card.repo, changed, bytes, steps: card.steps, model: card.model, state, damaged};
}

export const isKnown = (record: Recorded<SessionEvent | UnknownEvent>): record is Recorded => isSessionEvent(record.event);
