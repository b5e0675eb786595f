import {closeSync, openSync, readFileSync, rmSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {WorktreeRefused} from '../../ports/worktree.ts';
import type {StartTimeOf} from './process.ts';
import {namesIn, readNote} from './store.ts';

/**
 * While a store is collected no session begins to work in it, and while one works there it is not collected: each side first says that it is there, and then looks for the
 * other. A session says so by its note.
 */
export async function whileCollected(store: string, startTimeOf: StartTimeOf): Promise<void> {
  for (let waited = 0; ; waited += pause_ms) {
    const holder = holderOf(store, startTimeOf);
    if (holder === null) return;
    if (waited >= patience_ms)
      throw new WorktreeRefused('busy', `process ${holder} is just clearing up the checkpoints in ${store}`, {
        hint: 'Wait until agent gc is done.',
      });
    await sleep(pause_ms);
  }
}

const pause_ms = 50;
const patience_ms = 60_000;

/** Takes the store for a collection. */
export function holdStore(store: string, startTimeOf: StartTimeOf): {release: () => void} {
  const file = lockFile(store);
  if (holderOf(store, startTimeOf) !== null) throw new WorktreeRefused('busy', `another agent gc is at work in ${store}`);
  rmSync(file, {force: true});
  const handle = openSync(file, 'wx', 0o600);
  writeSync(handle, JSON.stringify({pid: process.pid, started: startTimeOf(process.pid)}));
  closeSync(handle);
  return {release: () => rmSync(file, {force: true})};
}

/** The session that a living process has open in the store; null where there is none. */
export function sessionAtWork(store: string, startTimeOf: StartTimeOf): SessionId | null {
  for (const name of namesIn(join(store, 'agent'))) {
    const id = /^([0-9a-z]+)\.json$/.exec(name)?.[1] as SessionId | undefined;
    const note = id === undefined ? null : readNote(store, id);
    if (note !== null && note.pid !== process.pid && startTimeOf(note.pid) !== null) return note.session;
  }
  return null;
}

const lockFile = (store: string): string => join(store, 'agent', 'gc.lock');

function holderOf(store: string, startTimeOf: StartTimeOf): number | null {
  const held = heldBy(store);
  if (held === null) return null;
  const started = startTimeOf(held.pid);
  return started !== null && (held.started === null || held.started === started) ? held.pid : null;
}

/** What is just being written reads as nobody's for a moment: `wx` makes it before it is filled. Then it is looked at again. */
function heldBy(store: string): {pid: number; started: string | null} | null {
  for (let tries = 0; tries < 1000; tries++) {
    try {
      const text = readFileSync(lockFile(store), 'utf8');
      if (text.endsWith('}')) return JSON.parse(text) as {pid: number; started: string | null};
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }
  return null;
}
