import {readFile, readlink, readdir} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {lstatOrGone} from './overlay.ts';

/** What stands at a path: null where nothing does. `mode` is git's: 100644, 100755 or 120000 (then `bytes` is the link's target). */
export type Content = {mode: string; bytes: Buffer} | null;

/** A path in the user's checkout. `inTheWay` is what keeps a file from being put there: a folder at the path, or a file or link at a parent. */
export type Standing = {
  content: Content;
  permissions: number | null;
  inTheWay: {kind: 'folder' | 'parent' | 'special'; path: string} | null;
};

export async function readStanding(root: string, path: string): Promise<Standing> {
  const parent = await badParent(root, dirname(path));
  if (parent !== null) return {...nothing, inTheWay: {kind: 'parent', path: parent}};
  const file = join(root, path);
  const stat = await lstatOrGone(file);
  if (stat === null) return nothing;
  if (stat.isDirectory()) return {...nothing, inTheWay: {kind: 'folder', path}};
  if (stat.isSymbolicLink()) return {...nothing, content: {mode: '120000', bytes: await readlink(file, {encoding: 'buffer'})}};
  if (!stat.isFile()) return {...nothing, inTheWay: {kind: 'special', path}};
  const mode = (stat.mode & 0o100) === 0 ? '100644' : '100755';
  return {content: {mode, bytes: await readFile(file)}, permissions: stat.mode & 0o7777, inTheWay: null};
}

export function same(a: Content, b: Content): boolean {
  if (a === null || b === null) return a === b;
  return a.mode === b.mode && a.bytes.equals(b.bytes);
}

/** Every file below a folder, also ignored ones. */
export async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), {withFileTypes: true});
  const lists = entries.map(async entry => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? await filesBelow(root, path) : [path];
  });
  return (await Promise.all(lists)).flat();
}

/** Whether the file system takes `a` and `A` for one file. `.git` is always there to ask by. */
export async function foldsCase(root: string): Promise<boolean> {
  return (await lstatOrGone(join(root, '.GIT'))) !== null;
}

/** The name that a path's last part has on the disk, where only its case differs. */
export async function nameOnDisk(root: string, path: string): Promise<string> {
  const folder = dirname(path);
  const name = path.slice(folder === '.' ? 0 : folder.length + 1);
  const names = await readdir(join(root, folder));
  const found = names.includes(name) ? name : (names.find(other => other.toLowerCase() === name.toLowerCase()) ?? name);
  return folder === '.' ? found : `${folder}/${found}`;
}

const nothing: Standing = {content: null, permissions: null, inTheWay: null};

/** The outermost parent that is no real folder; a link is one, since writing through it would reach another place. */
async function badParent(root: string, folder: string): Promise<string | null> {
  if (folder === '.') return null;
  const outer = await badParent(root, dirname(folder));
  if (outer !== null) return outer;
  const stat = await lstatOrGone(join(root, folder));
  return stat === null || stat.isDirectory() ? null : folder;
}
