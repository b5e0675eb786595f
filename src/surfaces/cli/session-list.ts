import {isSessionEvent} from '../../core/log/event-types.ts';
import type {Recorded, SessionEvent, UnknownEvent} from '../../core/vocabulary/event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {SessionRow} from '../../core/vocabulary/session-row.ts';
import type {Program} from '../../agent/program.ts';
import type {Catalogue} from '../../ports/catalogue.ts';
import {bounded} from './bounded.ts';
import {titleLine} from './format/title-line.ts';
import {stateWord} from './session-word.ts';

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
  /** Of a fork: what it came from. */
  parent: {session: SessionId; step: number} | null;
  damaged: {line: number; why: string} | null;
};

/** The same with all that the index knows of it. */
export type DescribedSession = ListedSession & {row: SessionRow};

/** `all`: of every repository, and not only of the one that `dir` is in. */
export type Where = {dir: string; all: boolean};

const atOnce = 8;

/** The newest first. Only what is new in a log is read, and of logs of other repositories nothing. `logs` are all that there are, where that is known. */
export async function* indexedSessions(where: Where, program: Program, logs?: readonly Entry[]): AsyncGenerator<DescribedSession> {
  const [index, root] = await Promise.all([program.index(), where.all ? null : rootOf(where.dir, program)]);
  const entries = logs ?? (await (await program.catalogue()).list());
  const roots = await index.roots(entries);
  const here = entries.filter(({id}) => root === null || (roots.get(id) ?? root) === root);
  for await (const described of bounded(here, atOnce, entry => describe(entry, root, program))) if (described !== null) yield described;
}

export async function* listedSessions(where: Where, program: Program, logs?: readonly Entry[]): AsyncGenerator<ListedSession> {
  for await (const session of indexedSessions(where, program, logs)) yield listed(session);
}

export async function sessionsOf(where: Where, program: Program): Promise<ListedSession[]> {
  return Array.fromAsync(listedSessions(where, program));
}

/** These sessions, whatever their repository, the newest first. An id without a log is left out. */
export async function describedSessions(ids: ReadonlySet<SessionId>, program: Program): Promise<ListedSession[]> {
  const entries = (await (await program.catalogue()).list()).filter(({id}) => ids.has(id));
  const sessions: ListedSession[] = [];
  for await (const described of bounded(entries, atOnce, entry => describe(entry, null, program)))
    if (described !== null) sessions.push(listed(described));
  return sessions;
}

/** What "this repository" means: its root, or outside of one the folder itself. */
export async function rootOf(dir: string, program: Program): Promise<string> {
  const at = await (await program.worktrees()).locate(dir);
  return 'root' in at ? at.root : dir;
}

type Entry = Awaited<ReturnType<Catalogue['list']>>[number];

async function describe(entry: Entry, root: string | null, program: Program): Promise<DescribedSession | null> {
  const session = await (await program.index()).current(entry, root);
  return session === null ? null : describedAs(entry, session);
}

export function describedAs(
  {id, changed, bytes, busy}: Entry,
  {row, damaged}: {row: SessionRow; damaged: ListedSession['damaged']},
): DescribedSession {
  const {title, repo, steps, model, parent} = row;
  const state = damaged === null ? stateWord(row, busy) : 'damaged';
  return {id, title: titleLine(title), repo, changed, bytes, steps, model, state, parent, damaged, row};
}

function listed({row: _row, ...session}: DescribedSession): ListedSession {
  return session;
}

export const isKnown = (record: Recorded<SessionEvent | UnknownEvent>): record is Recorded => isSessionEvent(record.event);
