import {constants} from 'node:fs';
import {access, lstat} from 'node:fs/promises';
import {join} from 'node:path';
import type {LeftOut} from '../../core/vocabulary/event.ts';
import {askGit, git, nulTerminated} from './git.ts';
import {eachOf, lstatOrGone} from './overlay.ts';
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
    const why = stat === null || stat.isDirectory() || stat.isSymbolicLink() ? null : !stat.isFile() ? 'special-file' : stat.size > at.maxFileBytes ? 'too-large' : null;
    if (why === null) return;
    out.add(path);
    left_out.push({path, why});
  });
  return {paths: out.size === 0 ? paths : paths.filter(path => !out.has(path)), left_out};
}

/** The files among `paths` that may not be read: git stops at the first of them, so it must not see them. */
export async function unreadable(at: Workplace, paths: readonly string[]): Promise<LeftOut[]> {
  const found: LeftOut[] = [];
  await eachOf(paths, async path => {
    try {
      if ((await lstat(join(at.place.root, path))).isFile()) await access(join(at.place.root, path), constants.R_OK);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EACCES' || code === 'EPERM') found.push({path, why: 'unreadable'});
      else if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    }
  });
  return found;
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
