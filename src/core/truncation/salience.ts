import {P} from './tuning.ts';
import {Trait} from './evidence.ts';
import type {Candidate, Middle} from './middle.ts';
import {bytesOf} from './held-line.ts';
import type {HeldLine} from './held-line.ts';
import {readNames} from './mentions.ts';
import {prospect} from './prospect.ts';

/**
 * How much each candidate is worth showing, now that the whole stream is known: what the line says, weighed by its rarity; what stands out from the
 * lines around it; and what belongs to such a line, before and after it.
 */
export function weigh({candidates}: Middle, tail: readonly HeldLine[] = []): Int32Array {
  const own = Int32Array.from(candidates, each =>
    prospect(each, Math.max(each.times.shape, Math.trunc(each.times.opening / P.openingDiv!)), each.times.exact),
  );
  standOut(own, candidates);
  burst(own, candidates);
  mention(own, candidates, tail);
  differ(own, candidates);
  for (const [at, {nth}] of candidates.entries())
    if (own[at]! > 0) own[at] = Math.trunc((own[at]! * (P.nthBase! + 1)) / (P.nthBase! + Math.min(nth, P.nthMost!)));
  const weights = withSurroundings(own, candidates);
  head(weights, own, candidates);
  return weights;
}

/** What a line stands under, one step further left, says what it is about: the file of a list of findings, the test of a failure. */
function head(weights: Int32Array, own: Int32Array, candidates: readonly Candidate[]): void {
  const indents = candidates.map(({line}) => indentOf(line.head));
  for (const [at, {line}] of candidates.entries()) {
    if (own[at]! < P.headFrom! || indents[at] === 0) continue;
    for (let before = at - 1; before >= 0 && at - before <= P.headReach!; before--) {
      const other = candidates[before]!;
      if (other.line.number !== line.number - (at - before)) break;
      if (other.traits & Trait.blank || indents[before]! >= indents[at]!) continue;
      share(weights, own, before, Math.trunc((own[at]! * P.heads!) / 16));
      break;
    }
  }
}

function indentOf(bytes: Buffer): number {
  let indent = 0;
  while (bytes[indent] === 0x20 || bytes[indent] === 0x09) indent++;
  return indent;
}

/** A rare line among lines that all look alike says something, whatever its words. */
function standOut(own: Int32Array, candidates: readonly Candidate[]): void {
  const common = candidates.map(({times}) => (times.shape >= P.standCommon! ? 1 : 0));
  for (const [at, {line, times: {shape: times}, traits}] of candidates.entries()) {
    if (times > 4 || traits & (Trait.blank | Trait.success)) continue;
    let alike = 0;
    for (const step of [-1, 1]) {
      for (let near = 1; near <= around; near++) {
        const other = candidates[at + step * near];
        // What is not held is common.
        if (other === undefined || Math.abs(other.line.number - line.number) > near + 2 || common[at + step * near]) alike++;
      }
    }
    if (alike > around) own[at] = own[at]! + Math.trunc(((alike - around) * P.stand!) / (around * (times + 1)));
  }
}

const around = 10;

/** Where, after lines that are all common, rare ones begin. The fewer such places there are, the more one of them says. */
function burst(own: Int32Array, candidates: readonly Candidate[]): void {
  const starts: {at: number; after: number}[] = [];
  let [common, before] = [0, 0];
  for (const [at, {line, times, traits}] of candidates.entries()) {
    common += line.number - before - 1;
    before = line.number;
    if (times.shape > P.burstRare! || traits & Trait.blank) {
      common++;
      continue;
    }
    if (common >= P.burstAfter! && !(traits & Trait.success)) starts.push({at, after: common});
    common = 0;
  }
  for (const [rank, {at}] of starts.toSorted((a, b) => b.after - a.after || a.at - b.at).entries())
    own[at] = own[at]! + Math.trunc((P.burst! * P.burstFew!) / (P.burstFew! + rank));
}

/** What the last lines name when they tell of a failure is worth showing where it happened. */
function mention(own: Int32Array, candidates: readonly Candidate[], tail: readonly HeldLine[]): void {
  const from = tail[0]?.number ?? Infinity;
  const named = new Map<number, number>();
  for (const {line, traits, points} of candidates) {
    if (line.number >= from && (traits & (Trait.failure | Trait.trouble) || points >= 20)) readNames(bytesOf(line), name => named.set(name, 0));
  }
  if (named.size === 0) return;
  const mentions: (readonly number[])[] = candidates.map(({line}) => {
    if (line.number >= from) return [];
    const names: number[] = [];
    readNames(bytesOf(line), name => {
      const times = named.get(name);
      if (times === undefined || names.includes(name)) return;
      named.set(name, times + 1);
      names.push(name);
    });
    return names;
  });
  for (const [at, names] of mentions.entries()) {
    const rarest = names.reduce((least, name) => Math.min(least, named.get(name)!), Infinity);
    if (rarest <= P.mentionMost!) own[at] = own[at]! + Math.trunc((P.mention! * 4) / (3 + rarest));
  }
}

/** Lines with a minus beside lines with a plus are a difference: what was wanted, and what came. */
function differ(own: Int32Array, candidates: readonly Candidate[]): void {
  for (const [at, {line, traits}] of candidates.entries()) {
    const opposite = traits & Trait.minus ? Trait.plus : traits & Trait.plus ? Trait.minus : 0;
    if (opposite === 0) continue;
    const isNear = (step: number): boolean => {
      const other = candidates[at + step];
      return other !== undefined && (other.traits & opposite) !== 0 && Math.abs(other.line.number - line.number) <= 3;
    };
    if ([-3, -2, -1, 1, 2, 3].some(isNear)) own[at] = own[at]! + P.differ!;
  }
}

/**
 * Lines near one that matters share its weight: its stack, its source, the values that it compares. Blank lines end that, and a return to what was
 * printed before it.
 */
function withSurroundings(own: Int32Array, candidates: readonly Candidate[]): Int32Array {
  const weights = own.slice();
  for (const [at, {line}] of candidates.entries()) {
    const weight = own[at]!;
    if (weight < P.anchor!) continue;
    const routine = shapesBefore(candidates, at);
    let [blanks, places] = [0, 0];
    for (let after = 1; after <= P.reachFar!; after++) {
      const other = candidates[at + after];
      if (other === undefined || other.line.number !== line.number + after) break;
      if (other.traits & Trait.blank) {
        if (++blanks > P.blanks!) break;
      } else if (routine.includes(other.shape) || isRoutineSuccess(other)) break;
      const isPlace = isOwnPlace(other) && ++places <= P.places!;
      const shared = Math.max(
        Math.trunc((weight * (P.decayBase! - after)) / (P.decayDiv! + P.reachBlank! * blanks)),
        isPlace ? Math.trunc((weight * P.frame!) / (16 + blanks * P.reachBlank!)) : 0,
      );
      share(weights, own, at + after, shared - (other.traits & Trait.success ? P.success! : 0));
    }
    places = 0;
    for (let before = 1; before <= P.beforeFar!; before++) {
      const other = candidates[at - before];
      if (other === undefined || other.line.number !== line.number - before) break;
      if (other.traits & Trait.blank && before > 1) break;
      const isPlace = isOwnPlace(other) && ++places <= P.places!;
      const shared = Math.trunc((weight * (P.before! + 1 - before)) / P.beforeDiv!);
      share(weights, own, at - before, isPlace ? Math.max(shared, Math.trunc((weight * P.frame!) / 16)) : shared);
    }
  }
  return weights;
}

function isRoutineSuccess({traits, points}: Candidate): boolean {
  return (traits & Trait.success) !== 0 && points < 0;
}

/** A place in the project's own files. */
function isOwnPlace({traits}: Candidate): boolean {
  return (traits & (Trait.location | Trait.dependency)) === Trait.location;
}

/** The shapes of the lines right before one, up to a blank one. */
function shapesBefore(candidates: readonly Candidate[], at: number): readonly number[] {
  const shapes: number[] = [];
  for (let before = 1; before <= 4; before++) {
    const other = candidates[at - before];
    if (other === undefined || other.traits & Trait.blank || other.line.number !== candidates[at]!.line.number - before) break;
    shapes.push(other.shape);
  }
  return shapes;
}

function share(weights: Int32Array, own: Int32Array, at: number, shared: number): void {
  if (shared <= 0) return;
  const sum = Math.max(own[at]!, shared) + Math.trunc(Math.max(0, Math.min(own[at]!, shared)) / P.sum!);
  if (sum > weights[at]!) weights[at] = sum;
}
