import type {Likeness} from './likeness.ts';
import {maskVolatile, type Volatile} from './mask-volatile.ts';

/** Something of the session that was recorded, and the same of the one that it is compared with. */
export type Sides<T> = {was: T; now: T};

/**
 * How alike two lines are. Lines are bytes as characters (latin1), so that no two different ones become equal by being read as text. `null` is past the end.
 */
export function linesAlike({was, now}: Sides<string | null>, places: Sides<readonly Volatile[]>): Likeness {
  if (was === now) return 'same';
  if (was === null || now === null) return 'different';
  return maskVolatile(was, places.was) === maskVolatile(now, places.now) ? 'volatile' : 'different';
}
