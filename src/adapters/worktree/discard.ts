import {chmod, readdir, rm, rmdir} from 'node:fs/promises';
import {join} from 'node:path';
import {WorktreeRefused} from '../../ports/worktree.ts';
import {inside} from './layout.ts';
import {gitFolder, linkFolder, textOf} from './repository.ts';

/** Takes away the folder and its `.git/worktrees/<id>`. Either may be gone already, and so may the whole repository. */
export async function removeWorktree({home, repo, root}: {home: string; repo: string | null; root: string}): Promise<void> {
  if (root === home || !inside(join(home, 'worktrees'), root)) throw new WorktreeRefused('not-ours', `${root} is no worktree of a session`);
  await removeFolder(root);
  const folder = repo === null ? null : gitFolder(repo);
  if (folder === null || 'why' in folder) return;
  const link = linkFolder(folder.common, root);
  // A folder of the same name that leads elsewhere is not ours to take away.
  const leadsTo = textOf(join(link, 'gitdir'))?.trim();
  if (leadsTo !== undefined && leadsTo !== join(root, '.git')) return;
  await rm(link, {recursive: true, force: true});
  await removeIfEmpty(join(folder.common, 'worktrees'));
}

async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, {recursive: true, force: true, maxRetries: 3});
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'ENOTEMPTY') throw error;
    // Some package managers close the folders of their caches against writing.
    await openFolders(folder);
    await rm(folder, {recursive: true, force: true, maxRetries: 3});
  }
}

async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, {withFileTypes: true})) if (entry.isDirectory()) await openFolders(join(folder, entry.name));
}

export async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}
