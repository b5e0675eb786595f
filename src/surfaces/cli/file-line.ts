import type {ChangedFile} from '../../ports/worktree.ts';
import {oneLine} from './format/one-line.ts';
import type {Paint} from './paint.ts';

const marks = {added: ['A', 'green'], modified: ['M', 'yellow'], deleted: ['D', 'red'], 'type-changed': ['T', 'yellow']} as const;

/** `M src/a.ts +3 -1`. A binary file has no lines to count. */
export function fileLine({path, change, added, removed}: ChangedFile, paint: Paint): string {
  const [mark, color] = marks[change];
  const counts = added === null || removed === null ? 'binary' : `${paint('green', `+${added}`)} ${paint('red', `-${removed}`)}`;
  return `${paint(color, mark)} ${oneLine(path)} ${counts}`;
}
