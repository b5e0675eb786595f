import type {HeldLine} from '../held-line.ts';
import type {Candidate, Middle} from './middle.ts';
import {addMentions} from './mentions.ts';
import {prospect} from './prospect.ts';
import {addBreaks, addDifferences, addStandingOut} from './standing-out.ts';
import {withSurroundings} from './surroundings.ts';
import {tuned} from './weights.ts';

/**
 * How much each candidate is worth showing, now that the whole stream is known: what the line says, weighed by its rarity; what stands out from the
 * lines around it, or is named by the last lines (`tail`); and what belongs to such a line, before and after it.
 */
export function weigh({candidates}: Middle, tail: readonly HeldLine[]): Int32Array {
  const own = Int32Array.from(candidates, each => prospect(each, shapesOf(each), each.times.exact));
  addStandingOut(own, candidates);
  addBreaks(own, candidates);
  addMentions(own, candidates, tail);
  addDifferences(own, candidates);
  return withSurroundings(own.map(firstOfKind(candidates)), candidates);
}

/** A shape may be rare for what its line happens to say, where the statement that printed it is common. */
function shapesOf({times}: Candidate): number {
  return Math.max(times.shape, Math.trunc(times.opening / tuned.openings));
}

/** The first of a kind says more than its repetitions. */
function firstOfKind(candidates: readonly Candidate[]): (weight: number, at: number) => number {
  return (weight, at) =>
    weight > 0 ? Math.trunc((weight * (tuned.first + 1)) / (tuned.first + Math.min(candidates[at]!.nth, tuned.firstMost))) : weight;
}
