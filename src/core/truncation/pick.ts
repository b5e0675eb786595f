import type {Held, Room, Shown} from './choice.ts';
import type {HeldLine} from './held-line.ts';
import {pickSalient} from './pick-salient.ts';
import {renderLine} from './rendered-line.ts';

/** The lines that a view has room for, ascending. */
export function pick(held: Held, room: Room): readonly Shown[] {
  return held.middle === null ? bothEnds(held, room) : pickSalient(held, held.middle, room);
}

/** The last lines come first, because an output ends with what came of it; a third of the room is the first lines' for certain, and more where the last leave it. */
function bothEnds({head, tail}: Held, {bytes, line: limit}: Room): readonly Shown[] {
  const certain = fill(head, Math.floor(bytes / 3), limit);
  const last = fill(tail.toReversed(), bytes - cost(certain), limit).toReversed();
  const from = last[0]?.line.number ?? Infinity;
  const before = head.filter(({number}) => number < from);
  return [...fill(before, bytes - cost(last), limit), ...last];
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
