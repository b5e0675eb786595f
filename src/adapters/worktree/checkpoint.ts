import {rmSync} from 'node:fs';
import type {GitTree} from '../../core/vocabulary/ids.ts';
import {WorktreeRefused, type Checkpoint} from '../../ports/worktree.ts';
import type {LeftOut} from '../../core/vocabulary/event.ts';
import {askGit, git, nulTerminated} from './git.ts';
import {scan, sorted, unreadable} from './scan.ts';
import {isUnchanged, takeSnapshot, type Snapshot} from './snapshot.ts';
import {keepTree} from './store.ts';
import {overFiles, type Workplace} from './workplace.ts';

/** The tree of the place as it is now; null where it is the one of the last checkpoint. */
export async function takeCheckpoint(at: Workplace): Promise<Checkpoint | null> {
  if (at.off !== null) return null;
  const known = await at.snapshot;
  if (known !== null && isUnchanged(at.place.root, known)) return null;
  const since = Date.now();
  const found = await scan(at);
  const before = at.tree;
  const {tree, left_out} = await record(at, found.paths);
  at.snapshot = snapshotNow(at, since);
  if (tree === before) return null;
  return {tree, changed: before === null ? found.paths : await namesBetween(at, before, tree), left_out: sorted([...found.left_out, ...left_out])};
}

/** Brings the private index up to the files and writes its tree. With nothing to bring, the last tree is the answer. */
export async function record(at: Workplace, paths: readonly string[]): Promise<{tree: GitTree; left_out: readonly LeftOut[]}> {
  if (paths.length === 0 && at.tree !== null) return {tree: at.tree, left_out: []};
  const left_out = await update(at, paths);
  const tree = (await git(['-c', 'core.fsync=none', 'write-tree'], overFiles(at))).toString().trim() as GitTree;
  keepTree(at.store, at.id, tree);
  at.tree = tree;
  return {tree, left_out};
}

/** For the next question whether anything changed; taken while the session goes on, since what changes after `since` spoils it. */
export async function snapshotNow(at: Workplace, since: number): Promise<Snapshot | null> {
  const args = ['ls-files', '--others', '--ignored', '--exclude-standard', ...at.ignoring, '--directory', '-z'];
  const ignored = await askGit(args, overFiles(at));
  // Without a snapshot the next checkpoint asks git: slower, never wrong.
  return ignored.code === 0 ? takeSnapshot(at.place.root, new Set(nulTerminated(ignored.out)), since) : null;
}

async function update(at: Workplace, paths: readonly string[]): Promise<LeftOut[]> {
  const first = await feed(at, paths);
  if (first.code === 0) return [];
  const closed = await unreadable(at, paths);
  const names = new Set(closed.map(entry => entry.path));
  const second = closed.length === 0 ? first : await feed(at, paths.filter(path => !names.has(path)));
  if (second.code === 0) return closed;
  throw new WorktreeRefused('checkpoint-failed', `the files could not be kept: ${second.err.trim().split('\n')[0] ?? ''}`);
}

async function feed(at: Workplace, paths: readonly string[]) {
  // A lock that a crashed run left behind: only one run works on a session at a time, and in it only one operation.
  rmSync(`${at.index}.lock`, {force: true});
  const args = ['-c', 'core.fsync=none', 'update-index', '--add', '--remove', '--replace', '-z', '--stdin'];
  return await askGit(args, {...overFiles(at), input: paths.map(path => `${path}\0`).join('')});
}

async function namesBetween(at: Workplace, from: GitTree, to: GitTree): Promise<string[]> {
  return nulTerminated(await git(['diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to], overFiles(at)));
}
