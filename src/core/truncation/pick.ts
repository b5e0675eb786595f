import {createChoice} from './choice.ts';
import type {Shown} from './choice.ts';
import type {HeldLine} from './held-line.ts';
import type {Candidate, Middle} from './middle.ts';
import {renderLatest, renderLine} from './rendered-line.ts';
import type {RenderedLine} from './rendered-line.ts';
import {runOf} from './runs.ts';
import type {Run} from './runs.ts';
import {weigh} from './salience.ts';
import {W} from './weights.ts';

/** `lines` are those of the whole stream. */
export type Held = {head: readonly HeldLine[]; tail: readonly HeldLine[]; middle: Middle | null; lines: number};

/** What is there to be spent: bytes of the lines, bytes of a line, and what the notice of one more gap takes. */
export type Room = {bytes: number; line: number; gap: number};

/**
 * The lines that a view has room for, ascending. The last ones come first, because an output ends with what came of it; then what is worth showing
 * out of the middle; then the first ones. What one of them leaves is the others'.
 */
export function pick(held: Held, room: Room): readonly Shown[] {
  return held.middle === null ? bothEnds(held, room) : withMiddle(held, held.middle, room);
}

/** A third of the room is the first lines' for certain, and more where the last lines leave it. */
function bothEnds(held: Held, {bytes, line}: Room): readonly Shown[] {
  const draw: Draw = each => renderLine(each, line);
  const certain = fill(held.head, Math.floor(bytes / 3), draw);
  const tail = fill(held.tail.toReversed(), bytes - cost(certain), draw).toReversed();
  const from = tail[0]?.line.number ?? Infinity;
  const before = held.head.filter(({number}) => number < from);
  return [...fill(before, bytes - cost(tail), draw), ...tail];
}

function withMiddle({head, tail, lines}: Held, middle: Middle, {bytes, line: limit, gap}: Room): readonly Shown[] {
  const choice = createChoice({bytes, gap, lines});
  const tells = ({number}: HeldLine): boolean => !choice.has(number) && !insideRun(runOf(number, middle.runs), number);
  /** As many of the lines in the given order as there is room for. */
  const fill = (wanted: readonly HeldLine[], most: number) => {
    for (const line of wanted) {
      const rendered = tells(line) ? renderLatest(line, limit) : null;
      if (rendered !== null && !choice.add({line, rendered}, most)) break;
    }
  };
  const fromEnd = tail.toReversed();
  fill(fromEnd, Math.floor(bytes / W.tailPart));
  fill(head, bytes - choice.left + Math.floor(bytes / W.headPart));
  const weights = weigh(middle, tail);
  const order = inOrder(middle.candidates, weights);
  for (const {line, worth} of order) {
    if (!tells(line) || (worth < W.worthAlone && !choice.isBeside(line.number))) continue;
    const rendered = renderLatest(line, limit);
    if (rendered !== null) choice.add({line, rendered});
  }
  const held = new Map(middle.candidates.map(({line}) => [line.number, line]));
  const anchors = order.filter(({line, worth}) => worth >= W.growFrom && choice.has(line.number));
  for (let reach = 1; reach <= W.grow; reach++) {
    for (const {line} of anchors) {
      for (const number of reach <= W.growBack ? [line.number + reach, line.number - reach] : [line.number + reach]) {
        const other = held.get(number);
        const rendered = other !== undefined && tells(other) && choice.isBeside(number) ? renderLatest(other, limit) : null;
        if (other !== undefined && rendered !== null) choice.add({line: other, rendered});
      }
    }
  }
  fill(fromEnd, bytes);
  fill(head, bytes);
  return choice.finish();
}

/** Of a run its first and last lines are enough. */
function insideRun(run: Run | null, number: number): boolean {
  return run !== null && number - run.first >= 3 && run.last - number >= 3;
}

/** Heaviest first; the first of a kind before its repetitions. */
function inOrder(candidates: readonly Candidate[], weights: Int32Array): readonly {line: HeldLine; worth: number}[] {
  return candidates
    .map(({line}, at) => ({line, worth: weights[at]!}))
    .filter(({worth}) => worth >= W.worthLine)
    .toSorted((a, b) => b.worth - a.worth || a.line.number - b.line.number);
}

type Draw = (line: HeldLine) => RenderedLine | null;

/** Lines in the given order, until one has no room. */
function fill(lines: readonly HeldLine[], room: number, draw: Draw): Shown[] {
  const shown: Shown[] = [];
  let left = room;
  for (const line of lines) {
    const rendered = draw(line);
    left -= rendered ? rendered.bytes + 1 : Infinity;
    if (left < 0 || rendered === null) break;
    shown.push({line, rendered});
  }
  return shown;
}

function cost(shown: readonly Shown[]): number {
  return shown.reduce((sum, {rendered}) => sum + rendered.bytes + 1, 0);
}
