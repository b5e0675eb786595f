import {Trait} from './traits.ts';
import {bytesOf} from '../held-line.ts';
import type {HeldLine} from '../held-line.ts';
import type {Candidate} from './middle.ts';
import {readNames} from './names.ts';
import {tuned} from './weights.ts';

/** What the last lines name when they tell of a failure (a test, a file) is worth showing where it happened, the more so the rarer the name is. */
export function addMentions(own: Int32Array, candidates: readonly Candidate[], tail: readonly HeldLine[]): void {
  const from = tail[0]?.number ?? Infinity;
  const times = namesTold(candidates, from);
  if (times.size === 0) return;
  const mentions = candidates.map(({line}) => (line.number < from ? namesIn(line, times) : []));
  for (const name of mentions.flat()) times.set(name, times.get(name)! + 1);
  for (const [at, names] of mentions.entries()) {
    const rarest = names.reduce((least, name) => Math.min(least, times.get(name)!), Infinity);
    if (rarest <= tuned.mentionsMost) own[at] = own[at]! + Math.trunc((tuned.mention * 4) / (3 + rarest));
  }
}

function namesTold(candidates: readonly Candidate[], from: number): Map<number, number> {
  const told = new Map<number, number>();
  for (const {line, traits, points} of candidates) {
    const tells = line.number >= from && (traits & (Trait.failure | Trait.trouble) || points >= tuned.tells);
    if (tells) readNames(bytesOf(line), name => told.set(name, 0));
  }
  return told;
}

/** Each once. */
function namesIn(line: HeldLine, told: ReadonlyMap<number, number>): readonly number[] {
  const names: number[] = [];
  readNames(bytesOf(line), name => {
    if (told.has(name) && !names.includes(name)) names.push(name);
  });
  return names;
}
