import {constants} from 'node:fs';
import {access} from 'node:fs/promises';
import {lstatSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {LeftOut} from '../../core/vocabulary/event.ts';
import {askGit, decodedLines, git, nulTerminated} from './git.ts';
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
  const {lines: untracked, broken} = decodedLines(others.out);
  const unnamed = broken.map((path): LeftOut => ({path, why: 'name'}));
  const nested = untracked.filter(path => path.endsWith('/')).map((path): LeftOut => ({path: path.slice(0, -1), why: 'nested-repository'}));
  const fitting = await sift(at, [...nulTerminated(known), ...untracked.filter(path => !path.endsWith('/'))]);
  return {paths: fitting.paths, left_out: sorted([...nested, ...unnamed, ...fitting.left_out, ...closedFolders(others.err)])};
}

/**
 * Takes special files, and those over the size limit that nobody tracks, out of what goes to git. Missing ones stay: they are deletions.
 */
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
  const large = left_out.filter(({why}) => why === 'too-large').map(({path}) => path);
  const tracked = await trackedAmong(at, large);
  for (const path of tracked) out.delete(path);
  return {
    paths: out.size === 0 ? paths : paths.filter(path => !out.has(path)),
    left_out: left_out.filter(({path}) => !tracked.has(path)).map(one => marked(at, one)),
  };
}

/** What tells a file from a later state of it. */
export function stampOf(file: string): string {
  const stat = lstatSync(file, {throwIfNoEntry: false});
  return stat === undefined ? 'gone' : `${stat.size} ${stat.mtimeMs}`;
}

function marked(at: Workplace, {path, why}: LeftOut): LeftOut {
  const isNew = why === 'too-large' && at.knownLarge[path] !== stampOf(join(at.place.root, path));
  return isNew ? {path, why, changed: true} : {path, why};
}

/** Tracked by the repository, or kept by an earlier checkpoint at a size over the limit, which only tracked files are. */
async function trackedAmong(at: Workplace, paths: readonly string[]): Promise<Set<string>> {
  if (paths.length === 0) return new Set();
  const wanted = new Set(paths);
  const [inRepository, kept] = await Promise.all([
    at.repo === null ? [] : listed(await askGit(['ls-files', '-s', '-z'], {cwd: at.place.root}), wanted),
    listed(await askGit(['ls-files', '-s', '-z'], overFiles(at)), wanted),
  ]);
  const objects = kept.map(({object}) => `${object}\n`).join('');
  const sizes =
    objects === ''
      ? []
      : (await git(['cat-file', '--batch-check=%(objectsize)'], {...overFiles(at), input: objects})).toString().split('\n');
  const large = kept.filter((_, n) => Number(sizes[n]) > at.maxFileBytes);
  return new Set([...inRepository, ...large].map(({path}) => path));
}

// "100644 <object> 0\t<path>"
function listed({code, out}: {code: number; out: Buffer}, wanted: ReadonlySet<string>): {path: string; object: string}[] {
  if (code !== 0) return [];
  const entries = nulTerminated(out).map(line => ({path: line.slice(line.indexOf('\t') + 1), object: line.split(' ')[1] ?? ''}));
  return entries.filter(({path}) => wanted.has(path));
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
