import {constants, type Stats} from 'node:fs';
import {copyFile, lstat, mkdir, readlink, symlink} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {LeftOut} from '../../core/vocabulary/event.ts';

export type Overlay = {copied: readonly string[]; large: readonly string[]; left_out: readonly LeftOut[]};

/**
 * Copies the files of the checkout as they lie there, so that their bytes, modes and links are the user's and not what git would make of them.
 * Where the file system can, a copy shares its blocks with the original until one of them is written.
 */
export async function overlay(
  from: string,
  to: string,
  request: {paths: readonly string[]; tracked: ReadonlySet<string>; maxFileBytes: number},
): Promise<Overlay> {
  const copied: string[] = [];
  const large: string[] = [];
  const left_out: LeftOut[] = [];
  const folders = await realFolders(from, request.paths);
  for (const folder of [...folders].toSorted()) await mkdir(join(to, folder), {recursive: true});
  await eachOf(request.paths, async path => {
    if (!folders.has(dirname(path))) return;
    const stat = await lstatOrGone(join(from, path));
    if (stat === null || stat.isDirectory()) return;
    const why = await copyEntry(join(from, path), join(to, path), stat);
    if (why !== null) left_out.push({path, why});
    else if (stat.size > request.maxFileBytes && !request.tracked.has(path)) large.push(path);
    else copied.push(path);
  });
  return {copied, large, left_out};
}

/** Runs a few at a time: enough to keep the disk busy, few enough to keep the file handles low. */
export async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({length: Math.min(24, items.length)}, lane));
}

/** Null when it was copied. A file that went away meanwhile counts as copied: the next look at the folder tells. */
export async function copyEntry(from: string, to: string, stat: Stats): Promise<LeftOut['why'] | null> {
  if (!stat.isFile() && !stat.isSymbolicLink()) return 'special-file';
  try {
    if (stat.isSymbolicLink()) await symlink(await readlink(from), to);
    else await copyFile(from, to, constants.COPYFILE_FICLONE);
    return null;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM') return 'unreadable';
    if (code === 'ENOENT') return null;
    throw error;
  }
}

// A tracked file "behind" a folder that is now a symbolic link is gone for git, and following the link would copy from elsewhere.
export async function realFolders(root: string, paths: readonly string[]): Promise<Set<string>> {
  const real = new Set<string>(['.']);
  const other = new Set<string>();
  const look = async (folder: string): Promise<boolean> => {
    if (real.has(folder)) return true;
    if (other.has(folder)) return false;
    const stat = (await look(dirname(folder))) ? await lstatOrGone(join(root, folder)) : null;
    (stat?.isDirectory() ? real : other).add(folder);
    return stat?.isDirectory() ?? false;
  };
  for (const folder of new Set(paths.map(path => dirname(path)))) await look(folder);
  return real;
}

export async function lstatOrGone(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
