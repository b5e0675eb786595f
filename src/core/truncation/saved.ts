import type {Excerpt} from '../vocabulary/excerpt.ts';
import {tokensOf} from './estimate.ts';

/** The tokens that truncation kept out of the request that an output first stood in. What was shown whole saved none. */
export function tokensSaved({truncated, total, shown}: Pick<Excerpt, 'truncated' | 'total' | 'shown'>): number {
  return truncated ? Math.max(0, tokensOf(total.bytes) - shown.tokens) : 0;
}
