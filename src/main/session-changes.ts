import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {isSessionEvent} from '../core/log/event-types.ts';
import type {SessionEvent, Recorded} from '../core/vocabulary/event.ts';
import type {SessionId} from '../core/vocabulary/ids.ts';
import type {LogPoint} from '../core/vocabulary/log-point.ts';
import {anchor} from '../agent/anchors.ts';
import type {ChangesAccess} from '../agent/program.ts';
import {Stop} from '../agent/stop.ts';
import {sessionState, type SessionState} from '../core/projections/session-state.ts';
import {LogDamaged, SessionBusy, type Catalogue} from '../ports/catalogue.ts';
import type {Log} from '../ports/log.ts';
import {WorktreeRefused} from '../ports/worktree.ts';
import type {Parts} from './parts.ts';
import {stopIfDamaged} from './damaged-session.ts';
import {endLeftovers} from './end-leftovers.ts';
import {isExplained} from './find-worktree.ts';
import {foldedSession} from './folded-session.ts';
import {fromElsewhere, isElsewhere} from './whereabouts.ts';

export async function withChanges<T>(
  id: SessionId,
  to: 'look' | 'change',
  use: (on: ChangesAccess) => Promise<T>,
  parts: Parts,
): Promise<T> {
  const catalogue = await parts.catalogue();
  const log = await lockedLog(catalogue, id, to).catch(stopIfDamaged(id, parts.home));
  if (log === null) return look(id, use, parts);
  const before = log.last.seq;
  try {
    const done = await change(id, {log, to, use}, parts);
    if (log.last.seq !== before) await anchorOrSay(log, id, catalogue);
    return done;
  } finally {
    await log.close();
  }
}

/** What was done is done, whatever becomes of this. */
async function anchorOrSay(log: Log, id: SessionId, catalogue: Catalogue): Promise<void> {
  try {
    await anchor(log, id, event => catalogue.note(event));
  } catch (error) {
    log.append({type: 'degraded', what: 'anchor', why: error instanceof Error ? error.message : String(error)});
  }
}

/** The worktree goes first: what is interrupted half-way is still a session that can be removed. */
export async function removeSession(id: SessionId, parts: Parts): Promise<void> {
  const catalogue = await parts.catalogue();
  const log = await openReadable(catalogue, id);
  try {
    const state = log === null ? sessionState.initial : await readableState(id, log, parts.home);
    const {changes, turn} = state;
    await endLeftovers(state);
    const {repo, place, discarded} = changes;
    if (repo !== null && place?.kind === 'worktree' && turn.place === 'ready' && !discarded && !(await isElsewhere(changes, id, parts)))
      await (await parts.worktrees()).discard(repo, place, id);
  } finally {
    await log?.close();
  }
  await rm(join(parts.home, 'sessions', id), {recursive: true});
  await noteRemoval(id, catalogue);
}

/** Else it would pass for one that was lost. */
async function noteRemoval(id: SessionId, catalogue: Catalogue): Promise<void> {
  try {
    await catalogue.note({type: 'session.removed', session: id});
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Stop(
      1,
      `Session ${id} was removed, but that could not be noted in the home log: ${why}\nagent audit verify --all will miss it.`,
      {cause},
    );
  }
}

/** Null where not even its last line is a record. */
async function openReadable(catalogue: Catalogue, id: SessionId): Promise<Log | null> {
  try {
    return (await catalogue.open(id)).log;
  } catch (error) {
    if (error instanceof LogDamaged) return null;
    throw error;
  }
}

/** As far as the log can be read: a damaged session can be removed too. */
async function readableState(id: SessionId, log: Log, home: string): Promise<SessionState> {
  try {
    return (await foldedSession(id, log, home)).state;
  } catch (error) {
    if (!(error instanceof LogDamaged)) throw error;
    return foldReadable(log.read());
  }
}

async function foldReadable(records: AsyncIterable<Recorded<{type: string}>>): Promise<SessionState> {
  let state = sessionState.initial;
  try {
    for await (const record of records) if (isSessionEvent(record.event)) state = sessionState.apply(state, record as Recorded);
  } catch (error) {
    if (!(error instanceof LogDamaged)) throw error;
  }
  return state;
}

async function lockedLog(catalogue: Catalogue, id: SessionId, to: 'look' | 'change'): Promise<Log | null> {
  try {
    return (await catalogue.open(id)).log;
  } catch (error) {
    if (!(error instanceof SessionBusy)) throw error;
    if (to === 'look') return null;
    throw new Stop(1, `${error.message} Nothing was changed. Wait until it is done, or use /apply in it.`, {cause: error});
  }
}

async function look<T>(id: SessionId, use: (on: ChangesAccess) => Promise<T>, parts: Parts): Promise<T> {
  const [catalogue, worktrees] = await Promise.all([parts.catalogue(), parts.worktrees()]);
  const log = {read: (behind?: LogPoint) => catalogue.read(id, behind)};
  const {changes} = (await foldedSession(id, log, parts.home).catch(stopIfDamaged(id, parts.home))).state;
  const record = () => {
    throw new Error('This session was opened to look at it only.');
  };
  return use({changes, worktrees, record});
}

type Changing<T> = {log: Log; to: 'look' | 'change'; use: (on: ChangesAccess) => Promise<T>};

async function change<T>(id: SessionId, {log, to, use}: Changing<T>, parts: Parts): Promise<T> {
  const worktrees = await parts.worktrees();
  const {state} = await foldedSession(id, log, parts.home).catch(stopIfDamaged(id, parts.home));
  const record = (event: SessionEvent): void => void log.append(event);
  for (const event of await endLeftovers(state)) record(event);
  const {place, repo, tree, discarded, left_out} = state.changes;
  if (place === null || tree === null || discarded) return use({changes: state.changes, worktrees, record});
  if (await isElsewhere(state.changes, id, parts)) {
    if (to === 'change') throw new Stop(2, fromElsewhere(id));
    return use({changes: state.changes, worktrees, record});
  }
  // Of an orphan the checkpoints still tell, though no new one can be made.
  if (!(await opens(worktrees.open(repo, place, id, tree), to))) return use({changes: state.changes, worktrees, record});
  const now = await worktrees.checkpoint(place, id).finally(async () => worktrees.leave(id));
  // A fresh look names again what is left out: that alone is no news.
  const isNews = now !== null && (now.tree !== tree || JSON.stringify(now.left_out) !== JSON.stringify(left_out));
  const foreign = now !== null && now.changed.length > 0 && !isExplained(state);
  if (isNews) record({type: 'files.checkpointed', step: state.turn.step, ...now, ...(foreign ? {by: 'other' as const} : {})});
  return use({changes: {...state.changes, tree: now?.tree ?? tree, left_out: now?.left_out ?? left_out}, worktrees, record});
}

async function opens(opening: Promise<unknown>, to: 'look' | 'change'): Promise<boolean> {
  try {
    await opening;
    return true;
  } catch (error) {
    if (to === 'look' && error instanceof WorktreeRefused && error.code === 'no-repository') return false;
    throw error;
  }
}
