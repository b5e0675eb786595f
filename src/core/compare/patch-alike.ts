import {leastAlike, type Likeness} from './likeness.ts';
import type {Sides} from './lines-alike.ts';
import {maskVolatile, type Volatile} from './mask-volatile.ts';

/**
 * For each file of a git patch, by its path, how alike its two sides are: `volatile` where every hunk only replaces lines by ones that are the same but for what changes
 * from run to run. A file that came, went, is binary or has another mode is different.
 */
export function patchAlike(lines: Iterable<string>, places: Sides<readonly Volatile[]>): ReadonlyMap<string, Likeness> {
  const files = new Map<string, Likeness>();
  let path = null as string | null;
  let remoded = false;
  let hunk = null as {removed: string[]; added: string[]} | null;
  const endHunk = () => {
    if (path !== null && hunk !== null)
      files.set(path, remoded ? 'different' : leastAlike([files.get(path) ?? 'same', hunkAlike(hunk, places)]));
    hunk = null;
  };
  for (const line of lines) {
    if (hunk !== null && /^[-+ \\]/.test(line)) {
      if (line.startsWith('-')) hunk.removed.push(line.slice(1));
      if (line.startsWith('+')) hunk.added.push(line.slice(1));
      continue;
    }
    endHunk();
    if (line.startsWith('diff --git ')) [path, remoded] = [null, false];
    if (line.startsWith('new mode ') || line.startsWith('rename to ')) remoded = true;
    if (line.startsWith('+++ b/')) path = line.slice('+++ b/'.length).replace(/\t$/, '');
    if (line.startsWith('@@ ')) hunk = {removed: [], added: []};
  }
  endHunk();
  return files;
}

function hunkAlike(
  {removed, added}: {removed: readonly string[]; added: readonly string[]},
  {was, now}: Sides<readonly Volatile[]>,
): Likeness {
  const alike =
    removed.length === added.length && removed.every((line, index) => maskVolatile(line, was) === maskVolatile(added[index] ?? '', now));
  return alike ? 'volatile' : 'different';
}
