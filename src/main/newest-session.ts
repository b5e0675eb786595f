import {anchoredSessions} from '../agent/anchored-sessions.ts';
import {locatedSessions} from '../agent/located-sessions.ts';
import type {Newest, Unread} from '../agent/program.ts';
import {isSessionEvent} from '../core/log/event-types.ts';
import type {SessionId} from '../core/vocabulary/ids.ts';
import {LogDamaged, type Catalogue} from '../ports/catalogue.ts';
import type {Parts} from './parts.ts';

/**
 * The session of this repository that changed last; outside one, of this folder. A session that cannot be told to be of another repository, and
 * was changed no earlier, may be the one that is meant: it is named beside it.
 */
export async function newestSession(dir: string, parts: Parts): Promise<Newest> {
  const [catalogue, worktrees] = await Promise.all([parts.catalogue(), parts.worktrees()]);
  const at = await worktrees.locate(dir);
  const root = 'root' in at ? at.root : dir;
  const [anchored, located] = [await anchoredSessions(catalogue), await locatedSessions(catalogue)];
  const [empty, listed] = [await catalogue.empty(), await catalogue.list()];
  const {newest, unread} = await firstOf(listed, {root, anchored, located, catalogue, index: parts.index});
  const there = new Set([...listed, ...empty].map(({id}) => id));
  const gone = [...anchored.keys()].filter(id => !there.has(id)).map(id => ({id, changed: 0, busy: false}));
  const without = [...empty, ...gone]
    .filter(({id, changed, busy}) => !busy && !listed.some(entry => entry.id === id) && !isOlder(newest, changed, anchored.get(id)))
    .map(({id}) => ({id, why: 'its log has no record', lost: anchored.has(id)}));
  return {id: newest?.id ?? null, unread: [...unread, ...without]};
}

type Listed = Awaited<ReturnType<Catalogue['list']>>;
type Measure = {
  root: string;
  anchored: ReadonlyMap<SessionId, number>;
  located: ReadonlySet<SessionId>;
  catalogue: Catalogue;
  index: Parts['index'];
};

/** So many logs are opened before the index is, which is slower to open than a few of them. */
const logsFirst = 16;

async function firstOf(
  listed: Listed,
  {root, anchored, located, catalogue, index}: Measure,
): Promise<{newest: Listed[number] | null; unread: Unread[]}> {
  const unread: Unread[] = [];
  let newest: Listed[number] | null = null;
  let roots: ReadonlyMap<SessionId, string | null> | null = null;
  let looked = 0;
  for (const entry of listed) {
    const {id, changed, busy} = entry;
    if (isOlder(newest, changed, anchored.get(id))) continue;
    if (looked++ === logsFirst) roots = await (await index()).roots(listed);
    const opened = roots?.get(id) ?? (await openedIn(entry, {located, catalogue, index}));
    if (opened === root) newest ??= entry;
    if (opened === null || typeof opened === 'string' || (opened.torn && busy)) continue;
    unread.push({id, why: opened.why, lost: !opened.torn || anchored.has(id)});
  }
  return {newest, unread};
}

/** The file's own time may have been lost with its content: what the home log was told counts, too. */
const isOlder = (newest: {changed: number} | null, changed: number, anchored = 0): boolean =>
  newest !== null && Math.max(changed, anchored) < newest.changed;

/** Only the first record is read: it names the repository, unless that was moved. Null where the session was removed meanwhile. */
async function openedIn(
  entry: Listed[number],
  {located, catalogue, index}: Pick<Measure, 'located' | 'catalogue' | 'index'>,
): Promise<string | {why: string; torn: boolean} | null> {
  try {
    for await (const {event} of catalogue.read(entry.id)) {
      if (!isSessionEvent(event) || event.type !== 'session.opened')
        return {why: 'its log does not begin with how it was opened', torn: false};
      const isFirst = event.session === entry.id && !located.has(entry.id);
      return isFirst ? (event.repo ?? event.place.root) : await latelyIn(entry, index);
    }
    return {why: 'its first record was never finished', torn: true};
  } catch (error) {
    if (error instanceof LogDamaged) return {why: error.message, torn: false};
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    if (error instanceof Error && 'syscall' in error) return {why: `its log cannot be read: ${error.message}`, torn: false};
    throw error;
  }
}

/** Where the session of a fork works, and one whose repository was moved, stands further on in its log. */
async function latelyIn(entry: Listed[number], index: Parts['index']): Promise<string | {why: string; torn: boolean} | null> {
  const session = await (await index()).current(entry, null);
  if (session === null) return null;
  if (session.damaged !== null) return {why: session.damaged.why, torn: false};
  return session.row.root ?? {why: 'its log does not begin with how it was opened', torn: false};
}
