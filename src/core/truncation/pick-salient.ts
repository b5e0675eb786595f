import {createChoice} from './choice.ts';
import type {Choice, Held, Room, Shown} from './choice.ts';
import type {HeldLine} from './held-line.ts';
import type {Candidate, Middle} from './salience/middle.ts';
import {renderLatest} from './rendered-line.ts';
import {runOf} from './salience/runs.ts';
import type {Run} from './salience/runs.ts';
import {weigh} from './salience/salience.ts';
import {Trait} from './salience/traits.ts';
import {tuned} from './salience/weights.ts';

/**
 * The last lines have a small part of the room for certain, and the first ones a smaller. Then come the lines that matter, the heaviest first, wherever
 * they are; then, as long as there is room, lines around them, lesser ones, and more of the tail and of the head.
 */
export function pickSalient({head, tail, lines}: Held, middle: Middle, room: Room): readonly Shown[] {
  const choice = createChoice({bytes: room.bytes, gap: room.gap, lines});
  const offer = offering(choice, {middle, limit: room.line});
  const fill = (wanted: readonly HeldLine[], most: number) => void wanted.every(line => offer(line, most) !== 'no-room');
  const fromEnd = tail.toReversed();
  fill(fromEnd, Math.floor(room.bytes / tuned.tailPart));
  fill(head, room.bytes - choice.left + Math.floor(room.bytes / tuned.headPart));
  const weighty = byWeight(middle.candidates, weigh(middle, tail));
  for (const {line, weight} of weighty) if (weight >= tuned.worthAlone || choice.isBeside(line.number)) offer(line);
  growAround(weighty, {middle, choice, offer, lines});
  for (const {line} of weighty) offer(line);
  fill(fromEnd, room.bytes);
  fill(head, room.bytes);
  // Where all is routine, at least one of each kind.
  for (const {line, nth, traits} of middle.candidates) if (nth === 1 && !(traits & Trait.blank)) offer(line);
  return choice.finish();
}

/** `most`: bytes that may be spent in all. */
type Offer = (line: HeldLine, most?: number) => 'taken' | 'passed' | 'no-room';

function offering(choice: Choice, {middle, limit}: {middle: Middle; limit: number}): Offer {
  return (line, most) => {
    if (choice.has(line.number) || isInside(runOf(line.number, middle.runs), line.number)) return 'passed';
    const rendered = renderLatest(line, limit);
    if (rendered === null) return 'passed';
    return choice.add({line, rendered}, most) ? 'taken' : 'no-room';
  };
}

/** Of a run its first and last lines are enough. */
function isInside(run: Run | null, number: number): boolean {
  return run !== null && number - run.first >= 3 && run.last - number >= 3;
}

type Weighty = {line: HeldLine; weight: number};

/** Heaviest first. */
function byWeight(candidates: readonly Candidate[], weights: Int32Array): readonly Weighty[] {
  return candidates
    .map(({line}, at) => ({line, weight: weights[at]!}))
    .filter(({weight}) => weight >= tuned.worthLine)
    .toSorted((a, b) => b.weight - a.weight || a.line.number - b.line.number);
}

type Growing = {middle: Middle; choice: Choice; offer: Offer; lines: number};

/** One line further at a time, around all of them; into what the stream mostly consists of only a little. */
function growAround(weighty: readonly Weighty[], {middle, choice, offer, lines}: Growing): void {
  const held = new Map(middle.candidates.map(each => [each.line.number, each]));
  const anchors = weighty.filter(({line, weight}) => weight >= tuned.growFrom && choice.has(line.number));
  for (let reach = 1; reach <= tuned.grow; reach++) {
    for (const {line} of anchors) {
      for (const number of reach <= tuned.growBack ? [line.number + reach, line.number - reach] : [line.number + reach]) {
        const other = held.get(number);
        const tells = other !== undefined && (reach <= tuned.growRoutine || !isRoutine(other, lines));
        if (tells && choice.isBeside(number)) offer(other.line);
      }
    }
  }
}

function isRoutine({times, traits}: Candidate, lines: number): boolean {
  return times.shape * tuned.routinePart >= lines && !(traits & Trait.blank);
}
