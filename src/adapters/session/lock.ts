import {closeSync, fsyncSync, linkSync, openSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync, writeSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {sha256} from '../../core/log/chain.ts';

/** What a lock file says of its holder. `started` tells the process from a later one with the same pid. */
type Holder = {pid: number; started: string};
export type Alive = (pid: number) => string | null;

/**
 * One writer at a time, by a file that appears whole (a link to a finished temporary file). A holder that died leaves it behind: it is
 * stale when no process has that pid and start time, and is then taken away by exactly one of those who want it.
 */
export function takeLock(file: string, startTimeOf: Alive): {release: () => void} | {heldBy: number} {
  const mine = `${JSON.stringify({pid: process.pid, started: startTimeOf(process.pid) ?? 'unknown'})}\n`;
  const temporary = `${file}.${process.pid}`;
  writeWhole(temporary, mine);
  try {
    for (let tries = 0; ; tries++) {
      if (link(temporary, file)) {
        sweep(file, startTimeOf);
        return {release: () => release(file, mine)};
      }
      const seen = readHolder(file);
      if (seen === null) continue;
      if (isAlive(seen.holder, startTimeOf)) return {heldBy: seen.holder?.pid ?? 0};
      const other = takeAway(file, seen.text, startTimeOf);
      if (other === null) continue;
      if (tries >= patience) return {heldBy: other};
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  } finally {
    unlinkSync(temporary);
  }
}

/** Milliseconds that another one is given to take a stale lock away. It needs microseconds, unless it is halted just then. */
const patience = 20;

/** The process that holds the lock, if it is alive. */
export function lockedBy(file: string, startTimeOf: Alive): number | null {
  const seen = readHolder(file);
  return seen !== null && isAlive(seen.holder, startTimeOf) ? (seen.holder?.pid ?? null) : null;
}

/** Whether a process took the lock that died before it gave it back. */
export function isLeft(file: string, startTimeOf: Alive): boolean {
  const seen = readHolder(file);
  return seen !== null && !isAlive(seen.holder, startTimeOf);
}

// A crash may have left one of the same name that is a link to the lock itself: it is replaced, never written to.
function writeWhole(file: string, text: string): void {
  rmSync(file, {force: true});
  const fd = openSync(file, 'wx', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file: string): {text: string; holder: Holder | null} | null {
  try {
    // Most sessions have no lock: an error for each would take most of the time of listing them.
    if (statSync(file, {throwIfNoEntry: false}) === undefined) return null;
    const text = readFileSync(file, 'utf8');
    return {text, holder: parse(text)};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parse(text: string): Holder | null {
  const match = /^\{"pid":(\d+),"started":"([^"]*)"\}\n$/.exec(text);
  return match === null ? null : {pid: Number(match[1]), started: match[2] ?? ''};
}

const isAlive = (holder: Holder | null, startTimeOf: Alive): boolean => holder !== null && startTimeOf(holder.pid) === holder.started;

/**
 * Two may find the same stale lock, and the second must not take away the lock that the first has made meanwhile. So a stale lock is taken
 * away only under a lock of its own, named by what it holds: under it nobody else can have replaced what was looked at. Returns who has
 * that one, where another is just at it.
 */
function takeAway(file: string, stale: string, startTimeOf: Alive): number | null {
  const guard = takeLock(`${file}.${sha256(stale).slice(0, 16)}`, startTimeOf);
  if ('heldBy' in guard) return guard.heldBy;
  try {
    if (readHolder(file)?.text === stale) unlinkSync(file);
    return null;
  } finally {
    guard.release();
  }
}

/** What those who died over this lock left behind: their temporary files, and the locks on stale locks that are gone by now. */
function sweep(file: string, startTimeOf: Alive): void {
  const folder = dirname(file);
  for (const name of readdirSync(folder)) {
    const rest = name.startsWith(`${basename(file)}.`) ? name.slice(basename(file).length + 1) : '';
    const temporary = /^(?:[0-9a-f]{16}\.)*(\d{1,10})$/.exec(rest)?.[1];
    const isLeft =
      temporary === undefined
        ? /^[0-9a-f]{16}(\.[0-9a-f]{16})*$/.test(rest) && lockedBy(join(folder, name), startTimeOf) === null
        : startTimeOf(Number(temporary)) === null;
    if (isLeft) rmSync(join(folder, name), {force: true});
  }
}

function release(file: string, mine: string): void {
  if (readHolder(file)?.text === mine) unlinkSync(file);
}
