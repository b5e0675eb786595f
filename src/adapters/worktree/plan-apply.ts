import type {GitTree} from '../../core/vocabulary/ids.ts';
import {filesBelow, foldsCase, nameOnDisk, readStanding, type Content, type Standing} from './checkout.ts';
import {mergeFile, type Merged} from './merge.ts';
import {eachOf} from './overlay.ts';
import {differences, reading, readObjects, type Entry} from './trees.ts';

/** One file that will be written: `from` as it stands in the checkout, `to` as it will; null is no file. */
export type Change = {path: string; from: Content; to: Content; permissions: number | null; base: Content; theirs: Content};
export type Conflict = {path: string; why: string; markers: Content; standing?: Standing};
export type ApplyPlan = {changes: Change[]; conflicts: Conflict[]; touched: number};

type Looked = {path: string; base: Content; theirs: Content; standing: Standing; merged: Merged};

/** Compares the three sides of every file that differs between `base` and `tree`. Reads only. */
export async function planApply(request: {store: string; repo: string; base: GitTree; tree: GitTree}): Promise<ApplyPlan> {
  const {store, repo} = request;
  const changed = await differences(store, request.base, request.tree);
  const objects = await readObjects(
    reading(store),
    changed.flatMap(({from, to}) => [from, to].flatMap(entry => (entry === null ? [] : [entry.object]))),
  );
  const contentOf = (entry: Entry | null): Content =>
    entry === null ? null : {mode: entry.mode, bytes: objects.get(entry.object) ?? Buffer.alloc(0)};
  const going = new Set(changed.filter(change => change.to === null).map(change => change.path));
  const folding = await foldsCase(repo);
  const looked: Looked[] = [];
  await eachOf(changed, async ({path, from, to}) => {
    const standing = await standingOf(repo, path, folding ? going : null);
    const [base, theirs] = [contentOf(from), contentOf(to)];
    looked.push({path, base, theirs, standing, merged: await mergeFile({base, ours: standing.content, theirs})});
  });
  looked.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {...(await sortOut(repo, looked, folding)), touched: changed.length};
}

async function sortOut(repo: string, looked: readonly Looked[], folding: boolean): Promise<Pick<ApplyPlan, 'changes' | 'conflicts'>> {
  const changes: Change[] = [];
  const conflicts: Conflict[] = [];
  const removed = new Set(looked.filter(one => one.merged.kind === 'take' && one.merged.content === null).map(one => one.path));
  const names = new Map<string, string>();
  for (const {path, base, theirs, standing, merged} of looked) {
    if (merged.kind === 'conflict') conflicts.push({path, why: merged.why, markers: merged.markers, standing});
    if (merged.kind !== 'take') continue;
    const twin = folding && merged.content !== null ? names.get(path.toLowerCase()) : undefined;
    const why = twin === undefined ? await obstacle(repo, standing, removed) : `this disk cannot hold it beside ${twin}`;
    if (merged.content !== null) names.set(path.toLowerCase(), path);
    if (why !== null) conflicts.push({path, why, markers: null});
    else changes.push({path, from: standing.content, to: merged.content, permissions: standing.permissions, base, theirs});
  }
  return {changes, conflicts};
}

/** What stands in the way may go if it goes with this same change: a file that became a folder, or the other way round. */
async function obstacle(repo: string, {inTheWay}: Standing, removed: ReadonlySet<string>): Promise<string | null> {
  if (inTheWay === null) return null;
  const {kind, path} = inTheWay;
  if (kind === 'special') return `${path} is neither a file nor a link in the checkout`;
  if (kind === 'parent') return removed.has(path) ? null : `${path} is no folder in the checkout`;
  const others = (await filesBelow(repo, path)).filter(file => !removed.has(file));
  return others.length === 0 ? null : `a folder stands there in the checkout, with ${others[0] ?? ''}`;
}

/** On a disk that folds case, the old name of a renamed file answers to the new one too. */
export async function standingOf(repo: string, path: string, going: ReadonlySet<string> | null): Promise<Standing> {
  const standing = await readStanding(repo, path);
  if (going === null || standing.content === null || going.has(path)) return standing;
  const real = await nameOnDisk(repo, path);
  return real !== path && going.has(real) ? {content: null, permissions: standing.permissions, inTheWay: null} : standing;
}
