import {lineWidth} from './view/line.ts';
import type {Screen} from './view/screen.ts';

/**
 * What to write when a terminal got narrower, before the frame on it is erased by its number of rows. Most terminals have broken its longer
 * rows in two by then, and the erasing would leave the upper ones standing. This erases all of them, and puts the cursor where it would be
 * had no row been broken. Null where nothing was.
 */
export function unwrapped({lines, cursor}: Screen, columns: number): string | null {
  const broken = lines.map(line => Math.max(1, Math.ceil(lineWidth(line) / columns)) - 1);
  if (broken.every(count => count === 0)) return null;
  // Without a cursor of its own the frame's is in the row below it.
  const row = cursor?.y ?? lines.length;
  const above = broken.slice(0, row).reduce((sum, count) => sum + 1 + count, 0) + (cursor === null ? 0 : Math.floor(cursor.x / columns));
  return `${up(above)}\r${escape}[J${down(row)}`;
}

/** Terminals that cut rows off instead of breaking them. */
export const breaksRows = (env: Readonly<Record<string, string | undefined>>): boolean =>
  env['XTERM_VERSION'] === undefined && env['TERM'] !== 'linux';

const escape = '\u001b';
const up = (rows: number): string => (rows === 0 ? '' : `${escape}[${rows}A`);
const down = (rows: number): string => (rows === 0 ? '' : `${escape}[${rows}B`);
