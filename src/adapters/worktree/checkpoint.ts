import {rmSync} from 'node:fs';
import type {LeftOut} from '../../core/vocabulary/event.ts';
import type {GitTree} from '../../core/vocabulary/ids.ts';
import {WorktreeRefused, type Checkpoint} from '../../ports/worktree.ts';
import {askGit, askScript, git, nulTerminated} from './git.ts';
import {obstacles, scan, sift, sorted, type Found} from './scan.ts';
import {compare, stampNow, takeSnapshot, type Snapshot} from './snapshot.ts';
import {keepTree} from './store.ts';
import {overFiles, type Workplace} from './workplace.ts';

/** The tree of the place as it is now; null where it is the one of the last checkpoint. */
export async function takeCheckpoint(at: Workplace): Promise<Checkpoint | null> {
  if (at.off !== null) return null;
  const known = await at.snapshot;
  const since = stampNow(at.place.root, `${at.index}.clock`);
  const seen = known === null ? null : compare(at.place.root, known);
  if (seen?.length === 0) return null;
  const found = seen === null ? await scan(at) : await siftKnown(at, seen);
  const before = at.tree;
  const kept = await record(at, found.paths);
  const leftBefore = JSON.stringify(at.left_out);
  at.left_out = sorted([...found.left_out, ...kept.left_out]);
  at.snapshot =
    seen === null || known === null ? snapshotNow(at, since) : Promise.resolve(takeSnapshot(at.place.root, known.ignored, since));
  return kept.tree === before && JSON.stringify(at.left_out) === leftBefore
    ? null
    : {tree: kept.tree, changed: kept.changed, left_out: at.left_out};
}

export type Kept = {tree: GitTree; changed: readonly string[]; left_out: readonly LeftOut[]};

/** Brings the private index up to these files and writes its tree. */
export async function record(at: Workplace, paths: readonly string[]): Promise<Kept> {
  const first = await feed(at, paths);
  if (first.code === 0) return keep(at, first.out, []);
  const {closed, beyond} = await obstacles(at, paths);
  await git(['update-index', '--force-remove', '-z', '--stdin'], {...overFiles(at), input: beyond.map(path => `${path}\0`).join('')});
  const out = new Set([...closed, ...beyond]);
  const second = await feed(
    at,
    paths.filter(path => !out.has(path)),
  );
  if (second.code === 0)
    return keep(
      at,
      second.out,
      closed.map((path): LeftOut => ({path, why: 'unreadable'})),
    );
  throw new WorktreeRefused('checkpoint-failed', `the files could not be kept: ${second.err.trim().split('\n')[0] ?? ''}`);
}

/** For the next question whether anything changed; taken while the session goes on, since what changes after `since` spoils it. */
export async function snapshotNow(at: Workplace, since: bigint): Promise<Snapshot | null> {
  if (at.large) return null;
  const args = ['ls-files', '--others', '--ignored', '--exclude-standard', ...at.ignoring, '--directory', '-z'];
  const ignored = await askGit(args, overFiles(at));
  // Without a snapshot the next checkpoint asks git: slower, never wrong.
  if (ignored.code !== 0) return null;
  const snapshot = takeSnapshot(at.place.root, new Set(nulTerminated(ignored.out)), since);
  at.large = snapshot === null;
  return snapshot;
}

// Nothing is synchronised to the disk here: a crash of the program loses nothing, and a power cut at most what the log still shows as changed.
const keeping = `git -c core.fsync=none \${2:+-c core.splitIndex=true} update-index --add --remove --replace -z --stdin || exit 3
tree=$(git -c core.fsync=none write-tree) || exit 4
printf '%s\\0' "$tree"
[ -z "$1" ] || [ "$1" = "$tree" ] || git diff-tree -r -z --name-only --no-renames "$1" "$tree"`;

// A large index is written in part from then on: git keeps the form that it finds.
const many = 2000;

async function feed(at: Workplace, paths: readonly string[]) {
  // A lock that a crash left behind would stop git for good.
  if (at.alone) rmSync(`${at.index}.lock`, {force: true});
  return await askScript(keeping, [at.tree ?? '', paths.length > many ? 'split' : ''], {
    ...overFiles(at),
    input: paths.map(path => `${path}\0`).join(''),
  });
}

function keep(at: Workplace, out: Buffer, left_out: readonly LeftOut[]): Kept {
  const [tree = '', ...changed] = nulTerminated(out);
  if (tree !== at.tree) keepTree(at.store, at.id, tree as GitTree);
  at.tree = tree as GitTree;
  return {tree: tree as GitTree, changed, left_out};
}

/** The files that a snapshot found changed need no look at all the others; what was left out elsewhere still is. */
async function siftKnown(at: Workplace, paths: readonly string[]): Promise<Found> {
  const looked = new Set(paths);
  const fitting = await sift(at, paths);
  return {paths: fitting.paths, left_out: [...at.left_out.filter(entry => !looked.has(entry.path)), ...fitting.left_out]};
}
