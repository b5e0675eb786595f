import {createReadStream, existsSync, statSync} from 'node:fs';
import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {SessionEvent} from '../../core/vocabulary/event.ts';
import type {HomeEvent} from '../../core/vocabulary/home-event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {SessionBusy, type Catalogue} from '../../ports/catalogue.ts';
import {writeForkedLog} from './forked-log.ts';
import {openJsonlLog, readJsonlLog, type JsonlOptions} from './jsonl-log.ts';
import {isLeft, lockedBy, takeLock, type Alive} from './lock.ts';
import {makeFolder} from './make-folder.ts';
import {cannotBegin, orRefused} from './refused.ts';

/** The sessions of one AGENT_HOME: `sessions/<id>/log.jsonl`, each with its lock, and the home log. */
export function sessionCatalogue({home, now, startTimeOf}: {home: string; now: () => string; startTimeOf: Alive}): Catalogue {
  const folderOf = (id: SessionId) => join(home, 'sessions', id);
  const sessionLog = (id: SessionId): JsonlOptions => ({
    file: join(folderOf(id), 'log.jsonl'),
    name: id,
    now,
    check: async () => (await import('../../core/log/event-schema.ts')).checkSessionEvent,
  });
  const homeLog: JsonlOptions = {
    file: join(home, 'log.jsonl'),
    name: 'home',
    now,
    check: async () => (await import('../../core/log/event-schema.ts')).checkHomeEvent,
  };

  const open: Catalogue['open'] = async id => {
    const lock = lockIn(folderOf(id), startTimeOf);
    if ('heldBy' in lock) throw new SessionBusy(id, lock.heldBy);
    try {
      const {log, torn} = openJsonlLog<SessionEvent>(sessionLog(id));
      const close = log.close.bind(log);
      log.close = () => close().finally(lock.release);
      return {log, torn};
    } catch (error) {
      lock.release();
      throw error;
    }
  };

  const holdingHome: Catalogue['holdingHome'] = async act => {
    const release = await waitForLock(home, startTimeOf);
    try {
      return await act();
    } finally {
      release();
    }
  };

  return {
    open,
    fork: async (id, from, event) => {
      const lock = lockIn(folderOf(id), startTimeOf);
      if ('heldBy' in lock) throw new SessionBusy(id, lock.heldBy);
      try {
        await writeForkedLog({parent: sessionLog(from.session), file: sessionLog(id).file, from, event, now});
      } finally {
        lock.release();
      }
    },
    create: async id => (await open(id)).log,
    read: (id, behind) => readJsonlLog<SessionEvent>(sessionLog(id), behind),
    raw: of => {
      const {file} = of === 'home' ? homeLog : sessionLog(of);
      return existsSync(file) ? {file, bytes: createReadStream(file, {highWaterMark: 1 << 18})} : null;
    },
    files: async id => {
      const names = (await readFolder(folderOf(id))).filter(name => name !== 'lock');
      return names.map(name => {
        const file = join(folderOf(id), name);
        return {file, bytes: () => createReadStream(file, {highWaterMark: 1 << 18})};
      });
    },
    list: async () => {
      const ids = await readFolder(join(home, 'sessions'));
      const sessions = ids.map(id => describe(id as SessionId, folderOf(id as SessionId), startTimeOf));
      return sessions.filter(session => session !== null).toSorted((a, b) => b.changed - a.changed || (a.id < b.id ? -1 : 1));
    },
    empty: async () => {
      const ids = (await readFolder(join(home, 'sessions'))).filter(name => isId.test(name)) as SessionId[];
      const found = await Promise.all(ids.map(id => describeEmpty(id, folderOf(id), startTimeOf)));
      return found.filter(session => session !== null);
    },
    crashed: async () => {
      const ids = (await readFolder(join(home, 'sessions'))) as readonly SessionId[];
      return ids.filter(id => isLeft(join(folderOf(id), 'lock'), startTimeOf));
    },
    find: async prefix => {
      const ids = (await readFolder(join(home, 'sessions'))).filter(id => id.startsWith(prefix)) as SessionId[];
      const [only] = ids;
      if (only !== undefined && (ids.length === 1 || ids.includes(prefix as SessionId)))
        return {id: ids.length === 1 ? only : (prefix as SessionId)};
      return {problem: ids.length === 0 ? 'none' : 'many', candidates: ids};
    },
    note: event =>
      holdingHome(async () => {
        const {log} = openJsonlLog<HomeEvent>(homeLog);
        log.append(event);
        await log.close();
      }),
    holdingHome,
    homeHeld: () => lockedBy(join(home, 'lock'), startTimeOf) !== null,
    home: () => (existsSync(homeLog.file) ? readJsonlLog<HomeEvent>(homeLog) : nothing()),
  };
}

async function readFolder(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

// What a file manager leaves there is no session.
const isId = /^[0-9a-z]{10}$/;

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Thousands are asked at once: without a promise for each. */
function describe(
  id: SessionId,
  folder: string,
  startTimeOf: Alive,
): {id: SessionId; changed: number; bytes: number; busy: boolean} | null {
  try {
    const log = statSync(join(folder, 'log.jsonl'), {throwIfNoEntry: false});
    // Stopped before its first record, or not that far yet: no session.
    if (log === undefined || log.size === 0) return null;
    return {id, changed: log.mtimeMs, bytes: log.size, busy: lockedBy(join(folder, 'lock'), startTimeOf) !== null};
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Null where there is a record, or where it was removed meanwhile. */
async function describeEmpty(
  id: SessionId,
  folder: string,
  startTimeOf: Alive,
): Promise<{id: SessionId; changed: number; busy: boolean} | null> {
  const [at, log] = await Promise.all([folder, join(folder, 'log.jsonl')].map(statIfThere));
  if (!at || (log && log.size > 0)) return null;
  const busy = at.isDirectory() && lockedBy(join(folder, 'lock'), startTimeOf) !== null;
  return {id, changed: Number((log ?? at).mtimeMs), busy};
}

async function statIfThere(path: string): Promise<Awaited<ReturnType<typeof stat>> | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function lockIn(folder: string, startTimeOf: Alive): ReturnType<typeof takeLock> {
  makeFolder(folder);
  return orRefused(join(folder, 'lock'), () => takeLock(join(folder, 'lock'), startTimeOf), cannotBegin);
}

/** The home log is held for one append at a time: whoever finds it taken waits a moment. */
async function waitForLock(home: string, startTimeOf: Alive): Promise<() => void> {
  for (let waited = 0; waited < 5_000; waited += 10) {
    const lock = lockIn(home, startTimeOf);
    if ('release' in lock) return lock.release;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error(`${join(home, 'lock')} is held by another process for more than 5 seconds. If none is running, remove the file.`);
}

async function* nothing(): AsyncGenerator<never> {}
