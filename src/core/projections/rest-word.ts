import {unreachable} from '../log/fold.ts';
import type {Turn} from '../turn/turn.ts';

/** Where a session stands that no program has open, in a word or two. `unfinished`: its program ended in the middle of a turn. */
export function restWord({owes, rest}: Pick<Turn, 'owes' | 'rest'>): string {
  if (owes !== 'human') return 'unfinished';
  switch (rest.why) {
    case 'new':
      return 'new';
    case 'done':
    case 'rewound':
      return rest.why;
    case 'interrupted':
      return 'interrupted';
    case 'cut':
      return 'reply cut';
    case 'refused':
      return 'refused';
    case 'failed':
      return 'failed';
    case 'limit':
      return `limit: ${rest.which}`;
    case 'storm':
      return 'paused';
    default:
      return unreachable(rest);
  }
}
