import {randomBytes} from 'node:crypto';
import {constants} from 'node:fs';
import {link, lstat, open, rename, rm} from 'node:fs/promises';
import {isSystemError} from './fs-failure.ts';
import type {HeldFolder} from './open-inside.ts';

export type AtomicWrite = {
  folder: HeldFolder;
  name: string;
  bytes: Uint8Array;
  mode: number | null;
  exclusive: boolean;
  check: () => Promise<boolean>;
};

/**
 * Temporary file, fsync, rename, fsync of the folder: a crash leaves the old content or the new. A hard link to the old content stays as it
 * was. `check` is asked right before the rename; on false nothing is changed. `exclusive` never replaces a file that appeared meanwhile.
 */
export async function writeAtomically({folder, name, bytes, mode, exclusive, check}: AtomicWrite): Promise<'written' | 'changed'> {
  const temporary = folder.path(`.agent-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeNew(temporary, bytes, mode);
    if (!(await check())) return 'changed';
    if (!(await place(temporary, folder.path(name), exclusive))) return 'changed';
    await folder.sync();
    return 'written';
  } finally {
    await rm(temporary, {force: true});
  }
}

/** Whether this is the temporary file of a program that is no longer there to give it its name; nobody here is just writing. */
export function isLeftOver(name: string): boolean {
  const pid = Number(/^\.agent-(\d+)-[0-9a-f]{12}\.tmp$/.exec(name)?.[1] ?? 0);
  return pid > 0 && (pid === process.pid || !isRunning(pid));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(isSystemError(error) && error.code === 'ESRCH');
  }
}

async function writeNew(path: string, bytes: Uint8Array, mode: number | null): Promise<void> {
  const file = await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW, 0o666);
  try {
    await file.writeFile(bytes);
    if (mode !== null) await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function place(temporary: string, target: string, exclusive: boolean): Promise<boolean> {
  if (!exclusive) {
    await rename(temporary, target);
    return true;
  }
  try {
    await link(temporary, target);
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'EEXIST') return false;
    if (!NO_HARD_LINKS.has(error.code)) throw error;
  }
  if (await isThere(target)) return false;
  await rename(temporary, target);
  return true;
}

/** What file systems without hard links answer. */
const NO_HARD_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return false;
    throw error;
  }
}
