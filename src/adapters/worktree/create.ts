import {chmodSync, existsSync, mkdirSync, renameSync, rmSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Place} from '../../core/vocabulary/event.ts';
import {WorktreeRefused} from '../../ports/worktree.ts';
import {askGit, git} from './git.ts';
import {lstatOrGone} from './overlay.ts';
import {gitFolder, linkFolder, type GitFolder} from './repository.ts';

/** Adds the linked worktree, detached and without files: they come from the checkout itself. */
export async function addWorktree(repo: string, place: Place): Promise<void> {
  const head = place.head;
  if (head === null)
    throw new WorktreeRefused('no-commits', `${repo} has no commit to start a worktree from`, {
      hint: 'Commit once, or work with --in-place.',
    });
  for (let folder = dirname(place.root), up = 0; up < 2; folder = dirname(folder), up++) {
    mkdirSync(folder, {recursive: true, mode: 0o700});
    chmodSync(folder, 0o700);
  }
  await added(repo, place.root, head);
  chmodSync(place.root, 0o700);
}

/** git takes `.git/worktrees` away when its last entry goes: another session that leaves just then takes it from under this one. */
async function added(repo: string, root: string, head: string): Promise<void> {
  const args = ['worktree', 'add', '-q', '--detach', '--no-checkout', root, head];
  for (let tries = 1; tries < 5; tries++) {
    const answer = await askGit(args, {cwd: repo});
    if (answer.code === 0) return;
    if (!answer.err.includes('could not create directory')) break;
  }
  await git(args, {cwd: repo});
}

/** The worktree's own index stands at HEAD, so that `git status` in it shows what it showed in the checkout. */
export async function fillIndex(place: Place, absent: readonly string[]): Promise<void> {
  await git(['read-tree', 'HEAD'], {cwd: place.root});
  if (absent.length === 0) return;
  const input = absent.map(path => `${path}\0`).join('');
  // A path that is only staged is no part of HEAD: there is nothing to mark for it then.
  await askGit(['update-index', '-z', '--skip-worktree', '--stdin'], {cwd: place.root, input});
}

/** Git takes a submodule without its folder for a deleted one; an empty folder is one that is not checked out. */
export async function makeFolders(root: string, submodules: readonly string[]): Promise<void> {
  for (const path of submodules) if ((await lstatOrGone(join(root, path))) === null) await mkdir(join(root, path), {recursive: true});
}

/** Whether git still takes the folder for a linked worktree of the repository. */
export function isLinked(repo: string, place: Place): boolean {
  return (
    existsSync(place.root) &&
    existsSync(join(place.root, '.git')) &&
    existsSync(join(linkFolder(repositoryOf(repo).common, place.root), 'HEAD'))
  );
}

/** Gives a folder that lost its `.git/worktrees/<id>` a new one, its files untouched. */
export async function relink(repo: string, place: Place): Promise<void> {
  const aside = `${place.root}.aside`;
  renameSync(place.root, aside);
  try {
    rmSync(linkFolder(repositoryOf(repo).common, place.root), {recursive: true, force: true});
    await addWorktree(repo, place);
    rmSync(join(aside, '.git'), {force: true});
    renameSync(join(place.root, '.git'), join(aside, '.git'));
  } finally {
    // Whatever went wrong, the session's files come back to their place.
    rmSync(place.root, {recursive: true, force: true});
    renameSync(aside, place.root);
  }
  await fillIndex(place, []);
}

export function repositoryOf(repo: string): GitFolder {
  const folder = gitFolder(repo);
  if (folder === null || 'why' in folder) {
    throw new WorktreeRefused('no-repository', folder === null ? `${repo} is no git repository any more` : folder.why);
  }
  return folder;
}
