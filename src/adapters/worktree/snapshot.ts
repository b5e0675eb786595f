import {lstatSync, readdirSync, type BigIntStats, type Dirent} from 'node:fs';
import {join} from 'node:path';
import type {LeftOut} from '../../core/vocabulary/event.ts';

/**
 * The stat of every file and folder of a small place. A file that is written changes its own, one that comes or goes changes its folder's, so
 * an unchanged snapshot proves an unchanged place without asking git.
 */
export type Snapshot = {stats: ReadonlyMap<string, string>};

/** Above this many files and folders git is faster at finding what changed. */
const most = 2000;

/** Null where the place is too large, or where something was written so shortly before that a second write could leave the same stat. */
export function takeSnapshot(root: string, ignored: ReadonlySet<string>, since: number): Snapshot | null {
  const stats = new Map<string, string>();
  let newest = 0n;
  let fine = false;
  const complete = walk(root, ignored, path => {
    const stat = lstatSync(join(root, path), {bigint: true, throwIfNoEntry: false});
    if (stat === undefined) return false;
    stats.set(path, keyOf(stat));
    if (stat.ctimeNs > newest) newest = stat.ctimeNs;
    fine ||= stat.mtimeNs % 1_000_000_000n !== 0n;
    return stats.size <= most;
  });
  // Clocks of file systems tick in up to 10 ms, old ones in one or two seconds.
  const tick = fine ? 20n : 2000n;
  return complete && newest / 1_000_000n < BigInt(since) - tick ? {stats} : null;
}

export function isUnchanged(root: string, snapshot: Snapshot): boolean {
  for (const [path, key] of snapshot.stats) {
    const stat = lstatSync(join(root, path), {bigint: true, throwIfNoEntry: false});
    if (stat === undefined || keyOf(stat) !== key) return false;
  }
  return true;
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
  return `${stat.mtimeNs} ${stat.ctimeNs} ${stat.size} ${stat.ino} ${stat.mode}`;
}
