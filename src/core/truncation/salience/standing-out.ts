import {Trait} from './traits.ts';
import type {Candidate} from './middle.ts';
import {tuned} from './weights.ts';

/** A rare line among lines that all look alike says something, whatever its words. */
export function addStandingOut(own: Int32Array, candidates: readonly Candidate[]): void {
  for (const [at, {times, traits}] of candidates.entries()) {
    if (times.shape > 4 || traits & (Trait.blank | Trait.success)) continue;
    const common = commonAround(candidates, at);
    if (common > around) own[at] = own[at]! + Math.trunc(((common - around) * tuned.standsOut) / (around * (times.shape + 1)));
  }
}

/** How many of the 20 lines around one are common. What is not held is. */
function commonAround(candidates: readonly Candidate[], at: number): number {
  const {number} = candidates[at]!.line;
  let common = 0;
  for (const step of [-1, 1]) {
    for (let near = 1; near <= around; near++) {
      const other = candidates[at + step * near];
      if (other === undefined || Math.abs(other.line.number - number) > near + 2 || other.times.shape >= tuned.commonShape) common++;
    }
  }
  return common;
}

const around = 10;

/** Where, after lines that are all common, rare ones begin, something happened. The longer nothing had, the more it says. */
export function addBreaks(own: Int32Array, candidates: readonly Candidate[]): void {
  const breaks: {at: number; after: number}[] = [];
  let [common, before] = [0, 0];
  for (const [at, {line, times, traits}] of candidates.entries()) {
    common += line.number - before - 1;
    before = line.number;
    if (times.shape > tuned.breakShape || traits & Trait.blank) common++;
    else {
      if (common >= tuned.breakAfter && !(traits & Trait.success)) breaks.push({at, after: common});
      common = 0;
    }
  }
  const longestFirst = breaks.toSorted((a, b) => b.after - a.after || a.at - b.at);
  for (const [rank, {at}] of longestFirst.entries())
    own[at] = own[at]! + Math.trunc((tuned.breaks * tuned.breakFew) / (tuned.breakFew + rank));
}

/** Lines with a minus beside lines with a plus are a difference: what was wanted, and what came. */
export function addDifferences(own: Int32Array, candidates: readonly Candidate[]): void {
  for (const [at, {line, traits}] of candidates.entries()) {
    const opposite = traits & Trait.minus ? Trait.plus : traits & Trait.plus ? Trait.minus : 0;
    if (opposite === 0) continue;
    const isNear = (step: number): boolean => {
      const other = candidates[at + step];
      return other !== undefined && (other.traits & opposite) !== 0 && Math.abs(other.line.number - line.number) <= 3;
    };
    if ([-3, -2, -1, 1, 2, 3].some(isNear)) own[at] = own[at]! + tuned.differs;
  }
}
