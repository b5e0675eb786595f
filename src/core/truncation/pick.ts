import type {HeldLine} from './held-line.ts';
import {renderLine} from './rendered-line.ts';
import type {RenderedLine} from './rendered-line.ts';

/** A line that the view has, whole or cut in the middle. */
export type Shown = {line: HeldLine; rendered: RenderedLine};

/**
 * The lines that a view has room for, ascending. The last ones come first, because an output ends with what came of it; a third of the room
 * is the first lines' for certain, and more where the last lines leave it. What is worth showing in between will take its share here.
 */
export function pick(held: {head: readonly HeldLine[]; tail: readonly HeldLine[]}, room: number, limit: number): readonly Shown[] {
  const certain = fill(held.head, Math.floor(room / 3), limit);
  const tail = fill(held.tail.toReversed(), room - cost(certain), limit).toReversed();
  const from = tail[0]?.line.number ?? Infinity;
  const before = held.head.filter(line => line.number < from);
  return [...fill(before, room - cost(tail), limit), ...tail];
}

/** Lines in the given order, until one has no room. */
function fill(lines: readonly HeldLine[], room: number, limit: number): Shown[] {
  const shown: Shown[] = [];
  let left = room;
  for (const line of lines) {
    const rendered = renderLine(line, limit);
    left -= rendered ? rendered.bytes + 1 : Infinity;
    if (left < 0 || rendered === null) break;
    shown.push({line, rendered});
  }
  return shown;
}

function cost(shown: readonly Shown[]): number {
  return shown.reduce((sum, {rendered}) => sum + rendered.bytes + 1, 0);
}
