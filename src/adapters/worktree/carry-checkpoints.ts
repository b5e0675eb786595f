import {existsSync, mkdirSync, renameSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Place} from '../../core/vocabulary/event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {WorktreeRefused} from '../../ports/worktree.ts';
import {askGit, git} from './git.ts';
import {inside, storeOf} from './layout.ts';
import {gitFolder, linkFolder, textOf} from './repository.ts';
import {ensureStore, keepTree, keptTrees, objectsOf, readNote, storeEnvironment, writeNote} from './store.ts';

/** A session's repository is somewhere else now: `repo`, and the session works in `to`. */
export type Carrying = {id: SessionId; repo: string | null; from: Place; to: Place};

/**
 * Brings what a session has in this home to where its repository is now: its checkpoints into the store of that place, and the folder that it works in, where there is one. Done again
 * after a crash, it goes on where it stopped.
 */
export async function carryCheckpoints(home: string, {id, repo, from, to}: Carrying): Promise<void> {
  const [old, fresh] = [storeOf(home, from), storeOf(home, to)];
  if (old !== fresh && existsSync(join(old, 'agent'))) await copy({old, fresh}, {id, repo, from, to});
  if (to.kind === 'worktree' && from.root !== to.root) {
    dropStaleLink(repo, from, to);
    moveFolder(home, from.root, to.root);
  }
}

/** Whether a repository has a commit. */
export const hasCommit = async (repo: string, commit: string): Promise<boolean> =>
  (await askGit(['cat-file', '-e', `${commit}^{commit}`], {cwd: repo})).code === 0;

/** Whether a folder is one that worktrees of this home stand in. */
export const isOfHome = (home: string, root: string): boolean => root !== home && inside(join(home, 'worktrees'), root);

async function copy({old, fresh}: {old: string; fresh: string}, {id, repo, to}: Carrying): Promise<void> {
  await ensureStore(fresh, repo);
  const trees = keptTrees(old, id);
  const note = readNote(old, id);
  // Checkpoints that leaned on the repository where it was find its objects where it is.
  const source = {cwd: old, env: storeEnvironment(old, note?.leansOn === null ? null : objectsOf(repo))};
  const alone = {cwd: fresh, env: storeEnvironment(fresh, null)};
  if (trees.length > 0) {
    const needed = await git(['rev-list', '--objects', '--no-object-names', '--stdin'], {
      ...source,
      input: trees.map(tree => `${tree}\n`).join(''),
    });
    const have = (await git(['cat-file', '--batch-check=%(objectname)'], {...alone, input: needed})).toString();
    const missing = have.split('\n').flatMap(line => (line.endsWith(' missing') ? [`${line.slice(0, -' missing'.length)}\n`] : []));
    const args = ['pack-objects', '-q', '--window=0', '--delta-base-offset', join(fresh, 'objects', 'pack', 'pack')];
    if (missing.length > 0) await git(args, {...source, input: missing.join('')});
    for (const tree of trees) keepTree(fresh, id, tree);
  }
  writeNote(fresh, {session: id, repo, root: to.root, kind: to.kind, leansOn: null, pid: process.pid, large: note?.large ?? {}});
}

/** A repository that was moved took along its side of the link to where the worktree was. */
function dropStaleLink(repo: string | null, from: Place, to: Place): void {
  const folder = repo === null ? null : gitFolder(repo);
  if (folder === null || 'why' in folder) return;
  const link = linkFolder(folder.common, to.root);
  if (textOf(join(link, 'gitdir'))?.trim() === join(from.root, '.git')) rmSync(link, {recursive: true, force: true});
}

/** Without its `.git`, which leads to where the repository was: opening it makes another. */
function moveFolder(home: string, from: string, to: string): void {
  if (!isOfHome(home, from) || !existsSync(from)) return;
  if (existsSync(to)) throw new WorktreeRefused('in-the-way', `${to} is there already`, {hint: `Move it away, then type the same again.`});
  mkdirSync(dirname(to), {recursive: true, mode: 0o700});
  rmSync(join(from, '.git'), {force: true});
  renameSync(from, to);
}
