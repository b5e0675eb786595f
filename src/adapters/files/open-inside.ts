import {constants} from 'node:fs';
import {open, readlink, realpath, type FileHandle} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {isSystemError} from './fs-failure.ts';

/** A folder held open. `path(name)` names an entry through the handle where the system allows it, so that no swapped symlink can lead elsewhere. */
export type HeldFolder = {path: (name: string) => string; sync: () => Promise<void>; close: () => Promise<void>};

/** Something on the way was replaced between the check and the opening. */
export class Swapped extends Error {
  override readonly name = 'Swapped';
}

/** `absolute` is a real path that the guard allowed: opened only if it still is one. `handles` is where the system names open files, if it does. */
export async function holdFolder(absolute: string, handles = '/proc/self/fd'): Promise<HeldFolder> {
  const handle = await open(absolute, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const through = await throughHandle(handle, {absolute, held: `${handles}/${handle.fd}`});
    return {path: name => join(through, name), sync: () => syncFolder(handle), close: () => handle.close()};
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Opens a regular file for reading; never blocks on a pipe and never follows a symlink at the end of the path. */
export async function openRegular(absolute: string): Promise<{file: FileHandle; size: number; mode: number} | 'special' | 'folder'> {
  const folder = await holdFolder(dirname(absolute));
  try {
    const file = await open(folder.path(basename(absolute)), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = await file.stat();
    if (found.isFile()) return {file, size: found.size, mode: found.mode & 0o7777};
    await file.close();
    return found.isDirectory() ? 'folder' : 'special';
  } finally {
    await folder.close();
  }
}

async function throughHandle(handle: FileHandle, {absolute, held}: {absolute: string; held: string}): Promise<string> {
  const leads = await readlink(held).catch(whenMissing);
  if (leads === absolute) return held;
  if (leads !== null) throw new Swapped(`${absolute} was replaced while it was opened`);
  const [byHandle, byPath] = [await handle.stat(), await realpath(absolute)];
  const again = await open(byPath, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const found = await again.stat();
    if (byPath !== absolute || found.ino !== byHandle.ino || found.dev !== byHandle.dev)
      throw new Swapped(`${absolute} was replaced while it was opened`);
    return absolute;
  } finally {
    await again.close();
  }
}

/** Only Linux names open files like this. */
function whenMissing(error: unknown): null {
  if (isSystemError(error)) return null;
  throw error;
}

/** Some file systems cannot fsync a folder; the rename itself has happened by then. */
async function syncFolder(handle: FileHandle): Promise<void> {
  try {
    await handle.sync();
  } catch (error) {
    if (isSystemError(error) && (error.code === 'EINVAL' || error.code === 'ENOTSUP')) return;
    throw error;
  }
}
