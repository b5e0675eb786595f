import {onlyInWorktree, type Changes} from '../../core/projections/changes.ts';
import type {LeftOut} from '../../core/vocabulary/event.ts';
import {plural} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';

/** What of the session's own work neither `agent diff` nor `agent apply` can bring; nothing where the worktree is gone. */
export function leftOut(changes: Changes): readonly LeftOut[] {
  return changes.discarded || changes.place?.kind === 'in-place' ? [] : onlyInWorktree(changes);
}

/** `Not kept, in the worktree only: big.bin (too large).` Null where there is nothing to say. */
export function leftOutLine(changes: Changes): string | null {
  const entries = leftOut(changes);
  if (entries.length === 0) return null;
  const named = entries.slice(0, 10).map(({path, why}) => `${oneLine(path)} (${words[why] ?? why})`);
  const more = entries.length > named.length ? ` and ${plural(entries.length - named.length, 'more file')}` : '';
  return `Not in diff or apply, in the worktree only: ${named.join(', ')}${more}. Copy from ${changes.place?.root ?? 'there'} what you want to keep.`;
}

const words: Readonly<Record<LeftOut['why'], string>> = {
  'too-large': 'too large',
  unreadable: 'may not be read',
  'nested-repository': 'a repository of its own',
  'special-file': 'no plain file',
  name: 'its name is not UTF-8',
};
