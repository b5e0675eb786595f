import {closeSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, unlinkSync, writeSync} from 'node:fs';

/** What a lock file says of its holder. `started` tells the process from a later one with the same pid. */
type Holder = {pid: number; started: string};
export type Alive = (pid: number) => string | null;

/**
 * One writer at a time, by a file that appears whole (a link to a finished temporary file). A holder that died leaves it behind: it is
 * stale when no process has that pid and start time, and is then moved away by exactly one of those who want it.
 */
export function takeLock(file: string, startTimeOf: Alive): {release: () => void} | {heldBy: number} {
  const mine = `${JSON.stringify({pid: process.pid, started: startTimeOf(process.pid) ?? 'unknown'})}\n`;
  const temporary = `${file}.${process.pid}`;
  writeWhole(temporary, mine);
  try {
    for (;;) {
      if (link(temporary, file)) return {release: () => release(file, mine)};
      const seen = readHolder(file);
      if (seen === null) continue;
      if (isAlive(seen.holder, startTimeOf)) return {heldBy: seen.holder?.pid ?? 0};
      moveAway(file, seen.text, `${temporary}.stale`);
    }
  } finally {
    unlinkSync(temporary);
  }
}

/** The process that holds the lock, if it is alive. */
export function lockedBy(file: string, startTimeOf: Alive): number | null {
  const seen = readHolder(file);
  return seen !== null && isAlive(seen.holder, startTimeOf) ? (seen.holder?.pid ?? null) : null;
}

function writeWhole(file: string, text: string): void {
  const fd = openSync(file, 'w', 0o600);
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

// Two may find the same stale lock: the second must not move away the lock that the first has taken meanwhile, so what was moved is looked at again.
function moveAway(file: string, stale: string, to: string): void {
  try {
    renameSync(file, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(to, 'utf8') !== stale) link(to, file);
  unlinkSync(to);
}

function release(file: string, mine: string): void {
  if (readHolder(file)?.text === mine) unlinkSync(file);
}
