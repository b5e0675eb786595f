import {existsSync, realpathSync, statSync} from 'node:fs';
import {join, relative} from 'node:path';
import {WorktreeRefused, type Location} from '../../ports/worktree.ts';
import {askGit} from './git.ts';
import {readHead} from './head.ts';
import {configured, gitFolder, looksLikeGit, parentOf, textOf, type GitFolder} from './repository.ts';

/** Walks up from `dir` as git does, by reading files: it stands on the way to the first request. No variable of the environment leads it elsewhere. */
export async function locate(dir: string): Promise<Location> {
  const start = realFolder(dir);
  for (let at: string | null = start; at !== null; at = parentOf(at)) {
    const folder = gitFolder(at);
    if (folder !== null)
      return 'why' in folder ? {kind: 'broken', root: at, why: folder.why} : await checkout(at, relative(at, start), folder);
    if (looksLikeGit(at)) return {kind: 'bare', root: at};
  }
  return {kind: 'none'};
}

async function checkout(root: string, cwd: string, folder: GitFolder): Promise<Location> {
  // Linked worktrees of a bare repository are checkouts all the same.
  if (folder.own === folder.common && configured(folder.common, 'core', 'bare') === 'true') return {kind: 'bare', root};
  const distrust = await ownedByAnother(root, folder);
  if (distrust !== null) return {kind: 'broken', root, why: distrust};
  const head = await readHead(root, folder);
  if ('why' in head) return {kind: 'broken', root, why: head.why};
  if (head.commit === null) return {kind: 'no-commits', root, cwd};
  return {
    kind: 'repository',
    root,
    cwd,
    head: head.commit,
    branch: head.branch,
    submodules: submodulePaths(root),
    shallow: existsSync(join(folder.common, 'shallow')),
  };
}

/** Git refuses a repository of another owner unless the user listed it; only then it is worth asking git. */
async function ownedByAnother(root: string, folder: GitFolder): Promise<string | null> {
  const me = process.geteuid?.();
  if (me === undefined || [root, join(root, '.git'), folder.own].every(path => statSync(path).uid === me)) return null;
  const answer = await askGit(['rev-parse', '--git-dir'], {cwd: root});
  return answer.code === 0 ? null : answer.err.trim();
}

export function submodulePaths(root: string): string[] {
  const text = textOf(join(root, '.gitmodules')) ?? '';
  return [...text.matchAll(/^\s*path\s*=\s*"?(.*?)"?\s*$/gm)].map(match => match[1] ?? '').filter(path => path !== '');
}

function realFolder(dir: string): string {
  try {
    return realpathSync(dir);
  } catch (cause) {
    throw new WorktreeRefused('no-folder', `${dir} is not a folder that can be opened`, {cause});
  }
}
