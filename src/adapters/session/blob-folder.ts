import {randomBytes} from 'node:crypto';
import {closeSync, fsync, openSync, readdirSync, renameSync, rmSync, statSync, unlinkSync, utimesSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {makeFolder} from './make-folder.ts';
import {promisify} from 'node:util';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import {BlobRefused} from '../../ports/blobs.ts';
import {LogRefused} from '../../ports/log.ts';
import {isSound} from './blob-file.ts';
import {reasonOf} from './refused.ts';

/** Where blobs lie, and how a finished temporary file becomes one. */
export type BlobFolder = {
  /** Absolute. */
  place: string;
  path: (ref: BlobRef) => string;
  /** What lies under a blob's name. */
  list: () => AsyncIterable<{ref: BlobRef; stored: number; changed: number}>;
  /** A new file of this process, open for writing. */
  temporary: () => {path: string; fd: number};
  /** One that is there is as young as a new one then: whoever clears away what nobody names leaves it. */
  has: (ref: BlobRef) => boolean;
  /**
   * Gives a written file its name, and closes it.
   *
   * The name comes first and the fsync last, once for both: the file systems that we run on (ext4, XFS, btrfs, APFS) write a new file's
   * names with it when it is synced. A crash in between leaves at worst a file that is short or empty, and nobody trusts that: no record
   * names the blob before this returns, and who puts the content again looks at what is there and writes it anew.
   */
  settle: (file: {path: string; fd: number}, ref: BlobRef, durable: boolean) => Promise<void>;
  /** Makes what is there already survive a power cut. */
  sync: (ref: BlobRef) => Promise<void>;
  remove: (ref: BlobRef) => Promise<void>;
  discard: (ref: BlobRef, before: number) => boolean;
  putBack: () => void;
  /** Takes back a file that never got its name. */
  drop: (file: {path: string; fd: number}) => void;
};

export function blobFolder(folder: string): BlobFolder {
  const temporaries = join(folder, 'tmp');
  const path = (ref: BlobRef) => join(folder, ref.slice(0, 2), `${ref}.zst`);
  let swept = false;

  const has = (ref: BlobRef) => {
    const found = statSync(path(ref), {throwIfNoEntry: false});
    return found !== undefined && isSound(path(ref), ref) && (found.mtimeMs > Date.now() - hour || freshened(path(ref)));
  };
  const sync = (ref: BlobRef) => syncAndClose(openSync(path(ref), 'r'), true);

  return {
    place: folder,
    path,
    has,
    sync,
    list: () => list(folder),
    async remove(ref) {
      if (statSync(path(ref), {throwIfNoEntry: false}) === undefined) return;
      unlinkSync(path(ref));
      await syncAndClose(openSync(dirname(path(ref)), 'r'), true);
    },
    discard: (ref, before) => discard(path(ref), before),
    putBack: () => putBack(folder),
    temporary() {
      if (!swept) sweep(temporaries, Date.now() - day);
      swept = true;
      const path = join(temporaries, `${process.pid}-${randomBytes(8).toString('hex')}`);
      return {path, fd: makingFolder(temporaries, () => openSync(path, 'wx', 0o600))};
    },
    async settle(file, ref, durable) {
      makingFolder(dirname(path(ref)), () => renameSync(file.path, path(ref)));
      await syncAndClose(file.fd, durable);
    },
    drop(file) {
      closeSync(file.fd);
      rmSync(file.path, {force: true});
    },
  };
}

/** Every failure of the disk as the one error that callers know. */
export function refused({place}: BlobFolder, error: unknown): BlobRefused {
  if (error instanceof BlobRefused) return error;
  // The folder could not be made: nothing of a log was refused, though that is how it is told elsewhere.
  const cause = error instanceof LogRefused ? error.cause : error;
  if (!(error instanceof LogRefused) && codeOf(error) === null) throw error;
  const {code, why} = reasonOf(cause);
  return new BlobRefused(code, why, {cause: error, place});
}

/** The system's own word for a failure; null for what is no failure of the system. */
function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error ? error.code : null;
}

async function syncAndClose(fd: number, durable: boolean): Promise<void> {
  try {
    if (durable) await promisify(fsync)(fd);
  } finally {
    closeSync(fd);
  }
}

function makingFolder<Result>(folder: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    makeFolder(folder);
    return act();
  }
}

async function* list(folder: string): AsyncGenerator<{ref: BlobRef; stored: number; changed: number}> {
  for (const beginning of namesIn(folder)) {
    if (!/^[0-9a-f]{2}$/.test(beginning)) continue;
    for (const name of namesIn(join(folder, beginning))) {
      const ref = /^([0-9a-f]{64})\.zst$/.exec(name)?.[1] as BlobRef | undefined;
      const found = ref?.startsWith(beginning) ? statSync(join(folder, beginning, name), {throwIfNoEntry: false}) : undefined;
      if (ref !== undefined && found !== undefined) yield {ref, stored: found.size, changed: found.mtimeMs};
    }
  }
}

/** False where it is gone meanwhile. Where a disk takes no new time, nothing is taken away there either. */
function freshened(path: string): boolean {
  const now = new Date();
  try {
    utimesSync(path, now, now);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    return code !== 'ENOENT';
  }
}

/**
 * It gets another name first. Whoever puts the content again just then either comes before that, and the file is young, so that it comes back; or behind it, and finds
 * nothing, so that it is written anew.
 */
function discard(path: string, before: number): boolean {
  const found = statSync(path, {throwIfNoEntry: false});
  if (found === undefined || found.mtimeMs >= before) return false;
  renameSync(path, `${path}${going}`);
  if (statSync(`${path}${going}`).mtimeMs >= before) {
    comeBack(path);
    return false;
  }
  unlinkSync(`${path}${going}`);
  return true;
}

const going = '.going';

function comeBack(path: string): void {
  if (statSync(path, {throwIfNoEntry: false}) === undefined) renameSync(`${path}${going}`, path);
  else unlinkSync(`${path}${going}`);
}

function putBack(folder: string): void {
  for (const beginning of namesIn(folder)) {
    if (!/^[0-9a-f]{2}$/.test(beginning)) continue;
    for (const name of namesIn(join(folder, beginning)))
      if (name.endsWith(`.zst${going}`)) comeBack(join(folder, beginning, name.slice(0, -going.length)));
  }
}

/** What a crash left behind. A day old, it cannot belong to a running program's current write. */
function sweep(temporaries: string, before: number): void {
  for (const name of namesIn(temporaries)) {
    const path = join(temporaries, name);
    const found = statSync(path, {throwIfNoEntry: false});
    if (found && found.mtimeMs < before) rmSync(path, {force: true});
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

const hour = 60 * 60 * 1_000;
const day = 24 * hour;
