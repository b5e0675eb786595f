import {median} from './contest.ts';

/** What the floor took, and what we took right after it. */
export type Pair = readonly [number, number];

export function repeat<T>(times: number, measure: () => T): readonly T[] {
  measure();
  return Array.from({length: times}, measure);
}

/** One after the other in pairs, the first pair not counted: what the machine does meanwhile meets both. */
export async function inTurn(
  times: number,
  a: () => Promise<number> | number,
  b: () => Promise<number> | number,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (let index = 0; index <= times; index++) pairs.push([await a(), await b()]);
  return pairs.slice(1);
}

export function report(what: string, against: string, pairs: readonly Pair[], {unit, aim}: {unit: string; aim: number | string}): void {
  const [floorAt, ours] = [median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b))];
  const ratio = median(pairs.map(([a, b]) => b / a));
  const aimed = typeof aim === 'number' ? `${aim}x` : aim;
  console.log(`| ${what} | ${ours.toFixed(1)} ${unit} | ${against} ${floorAt.toFixed(1)} ${unit} | ${ratio.toFixed(2)}x | aim ${aimed} |`);
}

export function mb(bytes: number | null): string {
  return bytes === null ? '?' : (bytes / 1e6).toFixed(0);
}
