import type {CutPolicy} from '../vocabulary/excerpt.ts';
import {bytesWithin} from './estimate.ts';
import {footer, gapNotice, innerGapNotice, largestGapNotice, shortGapNotice} from './notice.ts';

/** So much of a stream may be its whole view: more than the budget, since escape sequences are taken out. */
export function wholeBytes(policy: CutPolicy): number {
  return 4 * bytesWithin(policy.tokens);
}

/** A line over this is cut in the middle: no more than an eighth of the budget, so that one long line cannot take it all. */
export function lineBytes(policy: CutPolicy): number {
  return Math.min(policy.line_bytes, Math.max(96, bytesWithin(policy.tokens) >> 3));
}

/** How a budget is spent beside the lines: what the longest notices that this stream could need take, and what is left for the lines. */
export type Reserve = {room: number; notices: 'short' | 'full'; gap: number; footers: boolean};

export function reserve(total: {bytes: number; lines: number}, policy: CutPolicy, label: string): Reserve {
  const budget = bytesWithin(policy.tokens);
  const widest = {first: total.lines, last: total.lines * 2, bytes: total.bytes};
  const long = policy.salient
    ? largestGapNotice(widest, {failures: total.lines, warnings: total.lines, similar: true}, label)
    : gapNotice(widest, label);
  const full = Buffer.byteLength(long) * 3 <= budget;
  const gap = Buffer.byteLength(full && policy.salient ? innerGapNotice(widest, true) : shortGapNotice(widest));
  const footers = budget >= 1_024;
  const taken = (full ? Buffer.byteLength(long) : gap) + (footers ? Buffer.byteLength(footer({unterminated: true, broken: true})) : 0);
  return {room: Math.max(0, budget - taken), notices: full ? 'full' : 'short', gap, footers};
}
