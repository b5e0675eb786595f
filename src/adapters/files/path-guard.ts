import {lstat, realpath} from 'node:fs/promises';
import {basename, dirname, isAbsolute, join, relative, resolve as resolvePath, sep} from 'node:path';
import type {Failure} from '../../core/vocabulary/block.ts';
import type {Resolved} from '../../ports/files.ts';
import {failure, fsFailure, isSystemError} from './fs-failure.ts';

/** `root` is the worktree, `cwd` the folder that relative paths start from, `granted` more folders; all absolute. */
export type Bounds = {root: string; cwd: string; granted: readonly string[]};

/** What the guard found: `at` inside the bounds, every symlink resolved. With `final: 'keep'` a symlink at the end of the path stands for itself. */
export type Guarded = {at: Resolved} | {failure: Failure};
export type PathGuard = (path: string, final: 'follow' | 'keep') => Promise<Guarded>;

/**
 * Resolves a path as the model wrote it. `..` is taken lexically, and only then are symlinks resolved, so that what is checked is what is
 * opened. A path that does not even read as one inside is refused without touching the disk.
 */
export function pathGuard(bounds: Bounds): PathGuard {
  const real = onceFound(() => realBounds(bounds));
  return async (path, final) => {
    const refused = unusable(path);
    if (refused !== null) return refused;
    const lexical = resolvePath(bounds.cwd, path);
    try {
      const places = await real();
      if (!places.known.some(folder => isWithin(folder, lexical))) return outside(path, bounds.root);
      const absolute = await realPlace(lexical, final);
      if (!places.inside.some(folder => isWithin(folder, absolute))) return outside(path, bounds.root);
      const exists = await existing(absolute, final);
      if (exists === 'special') return failure('not-a-file', `${path} is a pipe, socket or device, not a file.`);
      if (exists === 'file' && /\/\.?$/.test(path))
        return failure('not-a-folder', `${path} ends in a slash, but it is a file.`, 'Leave the slash out.');
      return {at: {absolute, ...names(absolute, places), exists}};
    } catch (error) {
      if (error instanceof Dangling)
        return failure('dangling-symlink', `${path} leads through ${error.link}, a symlink to something that does not exist.`);
      return fsFailure(error, path);
    }
  };
}

/** Whether a path has a `.git` component in any spelling that some file system takes for it. */
export function touchesGit(absolute: string, root: string): boolean {
  const inside = isWithin(root, absolute) ? relative(root, absolute) : absolute;
  return inside.split(sep).some(part => {
    const plain = part
      .replace(IGNORED_BY_HFS, '')
      .toLowerCase()
      .replace(/[ .]+$/, '');
    return plain === '.git' || plain === 'git~1';
  });
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** macOS ignores these in names, so that `.g<U+200C>it` opens `.git`. */
const IGNORED_BY_HFS = /\u200c|\u200d|\u200e|\u200f|[\u202a-\u202e]|[\u206a-\u206f]|\ufeff/g;

function unusable(path: string): {failure: Failure} | null {
  if (path === '')
    return failure('bad-path', 'The path is empty.', 'Name a file relative to the working folder; "." is the folder itself.');
  if (path.includes('\0')) return failure('bad-path', 'The path holds a NUL character.', 'Leave it out.');
  return null;
}

function outside(path: string, root: string): {failure: Failure} {
  return failure(
    'outside',
    `${path} is outside the working tree ${root}.`,
    'Use a path inside it; the user can grant a folder with --add-dir.',
  );
}

type Places = {root: string; cwd: string; inside: readonly string[]; known: readonly string[]};

/** `known` holds the folders as they were given, too: on macOS /tmp and /private/tmp are one place with two names. */
async function realBounds({root, cwd, granted}: Bounds): Promise<Places> {
  const real = await realpath(root);
  const folders = await Promise.all(granted.map(folder => realpath(folder).catch(whenMissing(folder))));
  const inside = [real, ...folders];
  return {root: real, cwd: await realPrefix(cwd), inside, known: [root, cwd, ...granted, ...inside].map(folder => resolvePath(folder))};
}

function whenMissing(folder: string): (error: unknown) => string {
  return error => {
    if (isSystemError(error) && error.code === 'ENOENT') return folder;
    throw error;
  };
}

function names(absolute: string, places: Places): Pick<Resolved, 'shown' | 'name'> {
  if (!isWithin(places.root, absolute)) return {shown: absolute, name: absolute};
  const slashes = (path: string): string => (path === '' ? '.' : path.split(sep).join('/'));
  return {shown: slashes(relative(places.root, absolute)), name: slashes(relative(places.cwd, absolute))};
}

class Dangling extends Error {
  readonly link: string;
  constructor(link: string) {
    super(`dangling symlink ${link}`);
    this.link = link;
  }
}

async function realPlace(lexical: string, final: 'follow' | 'keep'): Promise<string> {
  if (final === 'keep' && dirname(lexical) !== lexical) return join(await realPrefix(dirname(lexical)), basename(lexical));
  return await realPrefix(lexical);
}

/** The real path of the deepest part that exists, with the missing rest after it. */
async function realPrefix(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
  }
  if (await isLink(path)) throw new Dangling(path);
  const parent = dirname(path);
  return parent === path ? path : join(await realPrefix(parent), basename(path));
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return false;
    throw error;
  }
}

async function existing(absolute: string, final: 'follow' | 'keep'): Promise<Resolved['exists'] | 'special'> {
  try {
    const found = await lstat(absolute);
    if (found.isFile() || (final === 'keep' && found.isSymbolicLink())) return 'file';
    return found.isDirectory() ? 'folder' : 'special';
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return 'no';
    throw error;
  }
}

/** The worktree may be made only after the guard: what was not there yet is looked for again. */
function onceFound<T>(find: () => Promise<T>): () => Promise<T> {
  let found: T | null = null;
  return async () => (found ??= await find());
}
