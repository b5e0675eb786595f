import {Trait} from './traits.ts';
import type {Candidate} from './middle.ts';
import {tuned} from './weights.ts';

/**
 * Lines near one that matters share its weight: its stack, its source, the values that it compares. Blank lines end that, and a return to what was
 * printed before it. Places in the project's own files are worth more than what stands between them.
 */
export function withSurroundings(own: Int32Array, candidates: readonly Candidate[]): Int32Array {
  const weights = own.slice();
  for (const [at, weight] of own.entries()) {
    if (weight < tuned.anchor) continue;
    const share = (other: number, shared: number) => raise(weights, own, {at: other, shared});
    shareAfter(candidates, {at, weight, share});
    shareBefore(candidates, {at, weight, share});
    if (weight >= tuned.headingFrom) shareHeading(candidates, {at, weight, share});
  }
  return weights;
}

type Anchor = {at: number; weight: number; share: (at: number, shared: number) => void};

function shareAfter(candidates: readonly Candidate[], {at, weight, share}: Anchor): void {
  const routine = shapesBefore(candidates, at);
  let [blanks, places] = [0, 0];
  for (let after = 1; after <= tuned.reachAfter; after++) {
    const other = beside(candidates, at, after);
    if (other === null) return;
    if (other.traits & Trait.blank) {
      if (++blanks > tuned.blanks) return;
    } else if (routine.includes(other.shape) || isRoutineSuccess(other)) return;
    const near = Math.trunc((weight * (tuned.fadeFrom - after)) / (tuned.fade + tuned.fadeBlank * blanks));
    const isPlace = isOwnPlace(other) && ++places <= tuned.places;
    const place = isPlace ? Math.trunc((weight * tuned.place) / (16 + blanks * tuned.fadeBlank)) : 0;
    share(at + after, Math.max(near, place) - (other.traits & Trait.success ? tuned.successNear : 0));
  }
}

function shareBefore(candidates: readonly Candidate[], {at, weight, share}: Anchor): void {
  let places = 0;
  for (let before = 1; before <= tuned.reachBefore; before++) {
    const other = beside(candidates, at, -before);
    if (other === null || (other.traits & Trait.blank && before > 1)) return;
    const near = Math.trunc((weight * (tuned.before + 1 - before)) / tuned.fadeBefore);
    const isPlace = isOwnPlace(other) && ++places <= tuned.places;
    share(at - before, isPlace ? Math.max(near, Math.trunc((weight * tuned.place) / 16)) : near);
  }
}

/** What the line stands under, one step further left, says what it is about: the file of a list of findings, the test of a failure. */
function shareHeading(candidates: readonly Candidate[], {at, weight, share}: Anchor): void {
  const indent = indentOf(candidates[at]!);
  if (indent === 0) return;
  for (let before = 1; before <= tuned.headingReach; before++) {
    const other = beside(candidates, at, -before);
    if (other === null) return;
    if (other.traits & Trait.blank || indentOf(other) >= indent) continue;
    return share(at - before, Math.trunc((weight * tuned.underHeading) / 16));
  }
}

/** The line so many lines further, where it is held. */
function beside(candidates: readonly Candidate[], at: number, step: number): Candidate | null {
  const other = candidates[at + step];
  return other !== undefined && other.line.number === candidates[at]!.line.number + step ? other : null;
}

/** The shapes of the lines right before one, up to a blank one. */
function shapesBefore(candidates: readonly Candidate[], at: number): readonly number[] {
  const shapes: number[] = [];
  for (let before = 1; before <= 4; before++) {
    const other = beside(candidates, at, -before);
    if (other === null || other.traits & Trait.blank) break;
    shapes.push(other.shape);
  }
  return shapes;
}

function isRoutineSuccess({traits, points}: Candidate): boolean {
  return (traits & Trait.success) !== 0 && points < 0;
}

/** A place in the project's own files. */
function isOwnPlace({traits}: Candidate): boolean {
  return (traits & (Trait.location | Trait.dependency)) === Trait.location;
}

function indentOf({line}: Candidate): number {
  let indent = 0;
  while (line.head[indent] === 0x20 || line.head[indent] === 0x09) indent++;
  return indent;
}

/** What a line says itself counts beside what it shares in. */
function raise(weights: Int32Array, own: Int32Array, {at, shared}: {at: number; shared: number}): void {
  if (shared <= 0) return;
  const sum = Math.max(own[at]!, shared) + Math.trunc(Math.max(0, Math.min(own[at]!, shared)) / tuned.both);
  if (sum > weights[at]!) weights[at] = sum;
}
