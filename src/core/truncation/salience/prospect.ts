import type {Evidence} from './evidence.ts';
import {tuned} from './weights.ts';

/**
 * What a line is worth before its surroundings are known: what its words say, less the more common its shape is, and what its rarity alone says.
 * `shapes` and `times` are how often its shape and its exact form were seen. Integers only, so that every machine agrees.
 */
export function prospect({points}: Pick<Evidence, 'points'>, shapes: number, times: number): number {
  const common = 32 - Math.clz32(shapes);
  const repeated = 32 - Math.clz32(times);
  const said =
    points > 0 ? Math.trunc((points * 16) / (tuned.rarity + common * tuned.commonerShape + repeated * tuned.commonerLine)) : points;
  return said + (shapes <= 2 ? tuned.rarest : shapes <= 8 ? tuned.rare : 0);
}
