import {lstatSync, readdirSync, writeFileSync, type BigIntStats, type Dirent} from 'node:fs';
import {basename, join} from 'node:path';
import type {LeftOut} from '../../core/vocabulary/event.ts';

/**
 * The stat of every file and folder of a small place. A file that is written changes its own, one that comes or goes changes its folder's, so
 * an unchanged snapshot proves an unchanged place without asking git.
 */
export type Snapshot = {stats: ReadonlyMap<string, string>; ignored: ReadonlySet<string>};

/** Keys that no stat equals. */
const unsure = {folder: 'd', file: 'f'};

/** Above this many files and folders git is faster at finding what changed. */
const most = 2000;

/**
 * Null where the place is too large. What was written at `since` or later gets a stat that nothing equals: a second write in the same tick of
 * the file system's clock could leave the same one.
 */
export function takeSnapshot(root: string, ignored: ReadonlySet<string>, since: bigint): Snapshot | null {
  const stats = new Map<string, string>();
  const complete = walk(root, ignored, path => {
    const stat = lstatSync(join(root, path), {bigint: true, throwIfNoEntry: false});
    if (stat === undefined) return true;
    stats.set(path, stat.ctimeNs < since ? keyOf(stat) : stat.isDirectory() ? unsure.folder : unsure.file);
    return stats.size <= most;
  });
  return complete ? {stats, ignored} : null;
}

/** Now, by the clock that stamps the files of `root`: that of its file system, which ticks slower than ours. */
export function stampNow(root: string, scratch: string): bigint {
  writeFileSync(scratch, '');
  const stamp = lstatSync(scratch, {bigint: true});
  // Another file system may have another clock, and old ones tick in two seconds.
  return stamp.dev === lstatSync(root, {bigint: true}).dev ? stamp.ctimeNs : stamp.ctimeNs - 2_500_000_000n;
}

/** The files that changed or went; null where others may have come, or the rules of what is ignored changed: then git must look. */
export function compare(root: string, snapshot: Snapshot): string[] | null {
  const changed: string[] = [];
  for (const [path, key] of snapshot.stats) {
    const stat = lstatSync(join(root, path), {bigint: true, throwIfNoEntry: false});
    if (stat !== undefined && keyOf(stat) === key) continue;
    if (path === '' && stat === undefined) return null;
    if (stat?.isDirectory()) {
      // In a folder that changed while the snapshot was taken, something may have come or gone before it was read.
      if (!key.startsWith('d') || key === unsure.folder || hasNew(root, path, snapshot)) return null;
    } else if (basename(path) === '.gitignore') return null;
    else if (!key.startsWith('d')) changed.push(path);
    else if (stat !== undefined) return null;
  }
  return changed;
}

function hasNew(root: string, folder: string, {stats, ignored}: Snapshot): boolean {
  return entriesOf(join(root, folder)).some(entry => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.name !== '.git' && !stats.has(path) && !ignored.has(entry.isDirectory() ? `${path}/` : path);
  });
}

/** Sockets, pipes and devices, which git passes over without a word. Looks at small places only. */
export function specialFiles(root: string, ignored: ReadonlySet<string>): LeftOut[] {
  const found: LeftOut[] = [];
  let seen = 0;
  walk(root, ignored, (path, entry) => {
    if (entry !== null && !entry.isFile() && !entry.isDirectory() && !entry.isSymbolicLink()) found.push({path, why: 'special-file'});
    return ++seen <= most;
  });
  return found;
}

/** Every file and folder that is not ignored, outer ones first; false when `visit` wanted no more. Nested repositories are not entered. */
function walk(root: string, ignored: ReadonlySet<string>, visit: (path: string, entry: Dirent | null) => boolean): boolean {
  if (!visit('', null)) return false;
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = entriesOf(join(root, folder));
    if (folder !== '' && entries.some(entry => entry.name === '.git')) continue;
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const isFolder = entry.isDirectory();
      if (entry.name === '.git' || ignored.has(isFolder ? `${path}/` : path)) continue;
      if (!visit(path, entry)) return false;
      if (isFolder) folders.push(path);
    }
  }
  return true;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, {withFileTypes: true});
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // Gone or closed since its parent was read: the parent's stat will differ, or nothing of it can be kept anyway.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'EPERM') return [];
    throw error;
  }
}

function keyOf(stat: BigIntStats): string {
  // A folder's ctime and size change with what is in it; so do a file's when it is written, replaced or given another mode.
  return `${stat.isDirectory() ? 'd' : 'f'} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.size} ${stat.ino} ${stat.mode}`;
}
