import {constants} from 'node:fs';
import {access} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {LeftOut} from '../../core/vocabulary/event.ts';
import {askGit, git, nulTerminated} from './git.ts';
import {eachOf, lstatOrGone, realFolders} from './overlay.ts';
import {overFiles, type Workplace} from './workplace.ts';

/** Files that differ from the private index, and those that cannot be kept. */
export type Found = {paths: readonly string[]; left_out: readonly LeftOut[]};

/** Two looks at once, each on a core of its own: what became of the known files, and which others there are. */
export async function scan(at: Workplace): Promise<Found> {
  const [known, others] = await Promise.all([
    git(['diff-files', '--name-only', '--no-renames', '--no-ext-diff', '-z'], overFiles(at)),
    askGit(['ls-files', '--others', '--exclude-standard', ...at.ignoring, '-z'], overFiles(at)),
  ]);
  const untracked = nulTerminated(others.out);
  const nested = untracked.filter(path => path.endsWith('/')).map((path): LeftOut => ({path: path.slice(0, -1), why: 'nested-repository'}));
  const fitting = await sift(at, [...nulTerminated(known), ...untracked.filter(path => !path.endsWith('/'))]);
  return {paths: fitting.paths, left_out: sorted([...nested, ...fitting.left_out, ...closedFolders(others.err)])};
}

/** Takes the files over the size limit, and special ones, out of what goes to git. Missing ones stay: they are deletions. */
export async function sift(at: Workplace, paths: readonly string[]): Promise<Found> {
  const left_out: LeftOut[] = [];
  const out = new Set<string>();
  await eachOf(paths, async path => {
    const stat = await lstatOrGone(join(at.place.root, path));
    const why =
      stat === null || stat.isDirectory() || stat.isSymbolicLink()
        ? null
        : !stat.isFile()
          ? 'special-file'
          : stat.size > at.maxFileBytes
            ? 'too-large'
            : null;
    if (why === null) return;
    out.add(path);
    left_out.push({path, why});
  });
  return {paths: out.size === 0 ? paths : paths.filter(path => !out.has(path)), left_out};
}

/**
 * What makes git stop at a path: `closed` may not be read, and `beyond` lies behind a folder that is a symbolic link now, so that it is gone
 * though something answers at its path.
 */
export async function obstacles(at: Workplace, paths: readonly string[]): Promise<{closed: string[]; beyond: string[]}> {
  const {root} = at.place;
  const closed: string[] = [];
  const folders = await realFolders(root, paths);
  const beyond = paths.filter(path => !folders.has(dirname(path)));
  await eachOf(paths, async path => {
    if ((await lstatOrGone(join(root, path)))?.isFile() && !(await mayRead(join(root, path)))) closed.push(path);
  });
  return {closed, beyond};
}

async function mayRead(file: string): Promise<boolean> {
  try {
    await access(file, constants.R_OK);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM') return false;
    if (code === 'ENOENT' || code === 'ENOTDIR') return true;
    throw error;
  }
}

export function sorted(left_out: readonly LeftOut[]): LeftOut[] {
  return left_out.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function closedFolders(err: string): LeftOut[] {
  return [...err.matchAll(/could not open directory '(.*)\/?': Permission denied/g)].map(match => ({
    path: (match[1] ?? '').replace(/\/$/, ''),
    why: 'unreadable',
  }));
}
