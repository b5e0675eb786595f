import {existsSync, readFileSync, statSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';

/** `own` is this checkout's git folder, `common` the one that all linked worktrees of the repository share. Both absolute. */
export type GitFolder = {own: string; common: string};

/** The git folder that `<root>/.git` is or points to; null where there is none, a sentence where it is broken. */
export function gitFolder(root: string): GitFolder | {why: string} | null {
  const dotGit = join(root, '.git');
  const kind = kindOf(dotGit);
  if (kind === 'none') return null;
  if (kind === 'folder')
    return looksLikeGit(dotGit) ? withCommon(dotGit) : {why: `${dotGit} is not a git folder: HEAD, objects or refs is missing`};
  const text = readFileSync(dotGit, 'utf8');
  const target = /^gitdir: (.+?)\r?\n?$/.exec(text)?.[1];
  if (target === undefined) return {why: `${dotGit} is a file, but not one that names a git folder`};
  const own = resolve(root, target);
  return existsSync(join(own, 'HEAD')) ? withCommon(own) : {why: `${dotGit} points to ${own}, which is gone or no git folder`};
}

/** The three things that make git take a folder for a repository. */
export function looksLikeGit(folder: string): boolean {
  const head = kindOf(join(folder, 'HEAD'));
  if (head === 'none') return false;
  const common = commonOf(folder);
  return kindOf(join(common, 'objects')) === 'folder' && kindOf(join(common, 'refs')) === 'folder';
}

/** One value of the repository's own configuration file, lower-cased key; the last one wins, as in git. */
export function configured(common: string, section: string, key: string): string | null {
  const text = textOf(join(common, 'config')) ?? '';
  let inside = false;
  let found: string | null = null;
  for (const line of text.split('\n')) {
    const header = /^\s*\[\s*([^\]"\s]+)\s*("?)/.exec(line);
    if (header) inside = header[1]?.toLowerCase() === section && header[2] === '';
    const entry = /^\s*(?:\[[^\]]*\]\s*)?([A-Za-z][A-Za-z0-9-]*)\s*(?:=\s*(.*?))?\s*$/.exec(line);
    if (inside && entry?.[1]?.toLowerCase() === key) found = (entry[2] ?? 'true').toLowerCase();
  }
  return found;
}

export function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null;
    throw error;
  }
}

export function kindOf(path: string): 'file' | 'folder' | 'none' {
  const stat = statSync(path, {throwIfNoEntry: false});
  return stat === undefined ? 'none' : stat.isDirectory() ? 'folder' : 'file';
}

/** `.git/worktrees/<id>`, the only thing of a session that ever stands in the user's git folder. */
export function linkFolder(common: string, root: string): string {
  return join(common, 'worktrees', basename(root));
}

function withCommon(own: string): GitFolder {
  return {own, common: commonOf(own)};
}

function commonOf(own: string): string {
  const text = textOf(join(own, 'commondir'));
  return text === null ? own : resolve(own, text.trim());
}

export function parentOf(folder: string): string | null {
  const up = dirname(folder);
  return up === folder ? null : up;
}
