import {leastAlike, type Likeness} from '../../core/compare/likeness.ts';
import type {Sides} from '../../core/compare/lines-alike.ts';
import type {Volatile} from '../../core/compare/mask-volatile.ts';
import {patchAlike} from '../../core/compare/patch-alike.ts';
import type {Place} from '../../core/vocabulary/event.ts';
import type {GitTree} from '../../core/vocabulary/ids.ts';
import type {ChangedFile, Worktrees} from '../../ports/worktree.ts';

/** The files after a step, then and now. `files` are those that differ. */
export type TreesAlike = {step: number; likeness: Likeness; files: readonly FileAlike[]};
export type FileAlike = ChangedFile & {likeness: Exclude<Likeness, 'same'>};

type Where = {worktrees: Worktrees; place: Place; places: Sides<readonly Volatile[]>};

/** Compares the files of step after step; the same pair of trees is looked at once. */
export function treeComparer(where: Where): (step: number, trees: Sides<GitTree>) => Promise<TreesAlike> {
  const known = new Map<string, Promise<Omit<TreesAlike, 'step'>>>();
  return async (step, trees) => {
    const pair = `${trees.was} ${trees.now}`;
    const asked = known.get(pair) ?? compareTrees(trees, where);
    known.set(pair, asked);
    return {step, ...(await asked)};
  };
}

async function compareTrees({was, now}: Sides<GitTree>, {worktrees, place, places}: Where): Promise<Omit<TreesAlike, 'step'>> {
  if (was === now) return {likeness: 'same', files: []};
  const changed = await worktrees.changed(place, was, now);
  const alike = patchAlike(await patchLines(worktrees.diff(place, was, now, {color: false, stat: false})), places);
  const files = changed.map((file): FileAlike => ({
    ...file,
    likeness: alike.get(Buffer.from(file.path).toString('latin1')) === 'volatile' ? 'volatile' : 'different',
  }));
  return {likeness: leastAlike(files.map(({likeness}) => likeness)), files};
}

/** Lines as bytes, like those of outputs. Of a patch of many megabytes only the beginning is looked at: a file whose end is not seen is no file that only changed its times. */
async function patchLines(patch: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of patch) {
    size += piece.length;
    if (size > largest) return [];
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces).toString('latin1').split('\n');
}

const largest = 16 * 1_024 * 1_024;
