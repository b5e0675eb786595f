import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {decodedLines, git} from './git.ts';

/** What the user's checkout holds. Paths are relative to its root. */
export type Listing = {
  tracked: readonly string[];
  /** In the index, but by a sparse checkout not on the disk. */
  absent: readonly string[];
  untracked: readonly string[];
  nested: readonly string[];
  submodules: readonly string[];
  /** Names that are not UTF-8, as near as text comes to them. */
  unnamed: readonly string[];
  /** Ignored files, and ignored folders with a closing slash. */
  ignored: readonly string[];
};

/** Asks git without writing anything: the index is read as it is. */
export async function listCheckout(root: string, withIgnored: boolean): Promise<Listing> {
  const [staged, others, ignored] = await Promise.all([
    git(['ls-files', '-s', '-t', '-z'], {cwd: root}),
    git(['ls-files', '--others', '--exclude-standard', '-z'], {cwd: root}),
    withIgnored ? git(['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z'], {cwd: root}) : Buffer.alloc(0),
  ]);
  const [known, other] = [decodedLines(staged), decodedLines(others)];
  const entries = known.lines.map(parseEntry);
  const untracked = other.lines;
  return {
    tracked: [...new Set(entries.filter(entry => entry.mode !== gitlink && entry.tag !== 'S').map(entry => entry.path))],
    absent: entries.filter(entry => entry.tag === 'S').map(entry => entry.path),
    submodules: entries.filter(entry => entry.mode === gitlink).map(entry => entry.path),
    untracked: untracked.filter(path => !path.endsWith('/')),
    nested: untracked.filter(path => path.endsWith('/')).map(path => path.slice(0, -1)),
    unnamed: [...new Set([...known.broken.map(line => parseEntry(line).path), ...other.broken])],
    ignored: decodedLines(ignored).lines,
  };
}

/** The files of the submodules that are checked out, theirs and their own submodules', by their path in the outer checkout. */
export async function listSubmodules(root: string, paths: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    paths.map(async path => {
      if (!existsSync(join(root, path, '.git'))) return [];
      const inner = await listCheckout(join(root, path), false);
      const deeper = await listSubmodules(join(root, path), inner.submodules);
      return [...inner.tracked, ...inner.untracked, ...deeper].map(file => `${path}/${file}`);
    }),
  );
  return lists.flat();
}

const gitlink = '160000';

// "H 100644 <object> 0\t<path>"
function parseEntry(line: string): {tag: string; mode: string; path: string} {
  return {tag: line.slice(0, 1), mode: line.slice(2, 8), path: line.slice(line.indexOf('\t') + 1)};
}
