import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Applied, ApplyRequest, UndoRequest} from '../../ports/worktree.ts';
import {planCommit} from './commit.ts';
import {storeOfRepo} from './layout.ts';
import {isBinary} from './merge.ts';
import {treeWithout, writePartialTree} from './partial-tree.ts';
import {planApply, type ApplyPlan, type Change, type Conflict} from './plan-apply.ts';
import type {Setup} from './prepare.ts';
import {recoverApplies} from './recover.ts';
import {ensureStore} from './store.ts';
import {changedFiles} from './trees.ts';
import {writeChanges} from './write.ts';

type Host = Pick<Setup, 'home' | 'startTimeOf'>;

/** Brings what changed between two trees of the worktree into the user's checkout, three-way and all or nothing. */
export async function applyChanges(setup: Host, request: ApplyRequest): Promise<Applied> {
  const {repo, base, tree, id} = request;
  const store = await readyStore(setup, repo);
  const plan = await planApply({store, repo, base, tree});
  if (plan.conflicts.length > 0 && !request.conflicts) return refused(plan.conflicts);
  const marked = withMarkers(plan);
  if (marked.length === 0) return plan.conflicts.length === 0 ? {kind: 'nothing'} : refused(plan.conflicts);
  const commit = request.commit === null ? null : await planCommit(repo, request.commit, plan.changes);
  if (commit !== null && 'conflicts' in commit) return {kind: 'conflict', files: commit.conflicts};
  const written = await write(setup, {store, repo, id, changes: marked});
  if (written.kind !== 'applied') return written;
  const made = commit === null ? null : await commitOrTakeBack(setup, request, {make: commit.make, written});
  const unwritten = plan.conflicts.filter(one => !marked.some(({path}) => path === one.path)).map(one => one.path);
  return {
    ...written,
    tree: await treeWithout(store, id, {base, tree, paths: unwritten}),
    commit: made,
    conflicted: plan.conflicts.map(one => one.path),
  };
}

async function commitOrTakeBack(
  setup: Host,
  {repo, id}: ApplyRequest,
  {make, written}: {make: () => Promise<string>; written: Written},
): Promise<string> {
  try {
    return await make();
  } catch (error) {
    await undoChanges(setup, {repo, id, before: written.before, after: written.after});
    throw error;
  }
}

type Written = Omit<Extract<Applied, {kind: 'applied'}>, 'tree'>;

/** The way back: `before` for exactly the files of an apply, where they still are as it left them. */
export async function undoChanges(setup: Host, {repo, id, before, after}: UndoRequest): Promise<Applied> {
  const store = await readyStore(setup, repo);
  const plan = await planApply({store, repo, base: after, tree: before});
  const touched = plan.changes.filter(change => !untouched(change)).map((change): Conflict => changedSince(change.path));
  const conflicts = [...plan.conflicts.map(one => changedSince(one.path)), ...touched];
  if (conflicts.length > 0) return refused(conflicts);
  if (plan.changes.length === 0) return {kind: 'nothing'};
  const written = await write(setup, {store, repo, id, changes: plan.changes});
  return written.kind === 'applied' ? {...written, tree: before} : written;
}

async function readyStore({home, startTimeOf}: Host, repo: string): Promise<string> {
  const store = storeOfRepo(home, repo);
  await ensureStore(store, repo);
  await recoverApplies(store, [repo], startTimeOf);
  return store;
}

async function write(
  {startTimeOf}: Host,
  {store, repo, id, changes}: {store: string; repo: string; id: SessionId; changes: readonly Change[]},
): Promise<Written | Extract<Applied, {kind: 'conflict'}>> {
  const before = await writePartialTree(
    store,
    id,
    changes.map(({path, from}) => ({path, content: from})),
  );
  const after = await writePartialTree(
    store,
    id,
    changes.map(({path, to}) => ({path, content: to})),
  );
  const failure = await writeChanges({store, repo, session: id, started: startTimeOf(process.pid), before, after, changes});
  if (failure !== null) return {kind: 'conflict', files: [{...failure, markers: null}]};
  return {kind: 'applied', files: await changedFiles(store, before, after), before, after, commit: null, conflicted: []};
}

/** Conflicts that can be written as markers become changes of their own; for the others the checkout stays as it is. */
function withMarkers({changes, conflicts}: ApplyPlan): Change[] {
  const marked = conflicts.flatMap((one): Change[] =>
    one.markers === null || one.standing === undefined
      ? []
      : [{path: one.path, from: one.standing.content, to: one.markers, permissions: one.standing.permissions, base: null, theirs: null}],
  );
  return [...changes, ...marked];
}

function untouched(change: Change): boolean {
  if (change.from === null || change.base === null) return change.from === change.base;
  return change.from.bytes.equals(change.base.bytes) && change.from.mode === change.base.mode;
}

function changedSince(path: string): Conflict {
  return {path, why: 'it was changed in the checkout since the apply', markers: null};
}

function refused(conflicts: readonly Conflict[]): Applied {
  return {
    kind: 'conflict',
    files: conflicts.map(({path, why, markers}) => ({
      path,
      why,
      markers: markers === null || isBinary(markers.bytes) ? null : markers.bytes.toString(),
    })),
  };
}
