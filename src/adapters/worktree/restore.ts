import type {GitTree} from '../../core/vocabulary/ids.ts';
import {WorktreeRefused, type Restored} from '../../ports/worktree.ts';
import {record, snapshotNow, takeCheckpoint} from './checkpoint.ts';
import {git} from './git.ts';
import type {Change} from './plan-apply.ts';
import {planRestore, type Problem} from './plan-restore.ts';
import type {StartTimeOf} from './process.ts';
import {stampNow} from './snapshot.ts';
import {differences} from './trees.ts';
import {overFiles, type Workplace} from './workplace.ts';
import {writeChanges} from './write.ts';

/**
 * Brings the files of the place to a tree of its store: all of them or none. What is there now is checkpointed first, so nothing is lost; what no checkpoint
 * holds (ignored files, files over the limit) is never written over. After a crash in the middle the place stands as before, or is there already.
 */
export async function restoreFiles(at: Workplace, to: GitTree, startTimeOf: StartTimeOf): Promise<Restored> {
  if (at.off !== null) throw new WorktreeRefused('no-checkpoints', `${at.place.root} has no checkpoints: ${at.off}`);
  await haveTree(at, to);
  await takeCheckpoint(at);
  const from = at.tree;
  if (from === null) throw new Error('The place was not checkpointed.');
  const {changes, differing, ignored, problems} = await planRestore(at, from, to);
  if (problems.length > 0) throw inTheWay(at.place.root, problems);
  const since = stampNow(at.place.root, `${at.index}.clock`);
  await write(at, {from, to, changes, startTimeOf});
  await forget(at, ignored);
  const kept = await record(at, differing);
  at.snapshot = snapshotNow(at, since);
  if (kept.tree !== to) throw await unequal(at, kept.tree, to);
  return {from, changed: changes.map(({path}) => path)};
}

async function haveTree(at: Workplace, tree: GitTree): Promise<void> {
  const found = (await git(['cat-file', '--batch-check'], {...overFiles(at), input: `${tree}\n`})).toString().trim();
  if (found.split(' ')[1] === 'tree') return;
  throw new WorktreeRefused(
    'no-such-tree',
    `the checkpoint store ${at.store} does not hold the files of that step: tree ${tree} is missing`,
  );
}

function inTheWay(root: string, problems: readonly Problem[]): WorktreeRefused {
  const lines = problems.slice(0, 10).map(({path, why}) => `${path}: ${why}`);
  const more = problems.length > lines.length ? [`and ${problems.length - lines.length} more`] : [];
  const message = `the files in ${root} were left as they are, since something would be lost or stands in the way:`;
  return new WorktreeRefused('in-the-way', [message, ...lines, ...more].join('\n'), {hint: 'Move it elsewhere, and try again.'});
}

type Writing = {from: GitTree; to: GitTree; changes: readonly Change[]; startTimeOf: StartTimeOf};

/** What a crash leaves half done leads back to `from`: both trees are in the store already. */
async function write({store, id, place}: Workplace, {from, to, changes, startTimeOf}: Writing): Promise<void> {
  if (changes.length === 0) return;
  const started = startTimeOf(process.pid);
  const failure = await writeChanges({store, repo: place.root, session: id, kind: 'restore', started, before: from, after: to, changes});
  if (failure === null) return;
  throw new WorktreeRefused('not-restored', `${failure.path} could not be brought back: ${failure.why}. The files are as they were.`);
}

/** They stay on the disk, but are in no checkpoint from here on. */
async function forget(at: Workplace, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  await git(['update-index', '--force-remove', '-z', '--stdin'], {...overFiles(at), input: paths.map(path => `${path}\0`).join('')});
}

async function unequal(at: Workplace, is: GitTree, to: GitTree): Promise<WorktreeRefused> {
  const paths = (await differences(at.store, is, to)).map(({path}) => path);
  const named = `${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`;
  const hint = 'Another program may just be writing there. Try again.';
  return new WorktreeRefused('not-restored', `the files were brought back, but these differ again: ${named}`, {hint});
}
