import type {CutPolicy} from '../vocabulary/excerpt.ts';
import {bytesWithin} from './estimate.ts';
import {footer, gapNotice, shortGapNotice} from './notice.ts';
import type {Gap} from './notice.ts';

/** So much of a stream may be its whole view: more than the budget, since escape sequences are taken out. */
export function wholeBytes(policy: CutPolicy): number {
  return 4 * bytesWithin(policy.tokens);
}

/** A line over this is cut in the middle: no more than an eighth of the budget, so that one long line cannot take it all. */
export function lineBytes(policy: CutPolicy): number {
  return Math.min(policy.line_bytes, Math.max(96, bytesWithin(policy.tokens) >> 3));
}

/** How a budget is spent beside the lines. `room` is what the longest notices that this stream could need leave for them. */
export type Reserve = {room: number; notice: (gap: Gap) => string; footers: boolean};

export function reserve(total: {bytes: number; lines: number}, policy: CutPolicy, label: string): Reserve {
  const budget = bytesWithin(policy.tokens);
  const widest = {first: total.lines, last: total.lines * 2, bytes: total.bytes};
  const full = Buffer.byteLength(gapNotice(widest, label)) * 3 <= budget;
  const notice = (gap: Gap) => (full ? gapNotice(gap, label) : shortGapNotice(gap));
  const footers = budget >= 1_024;
  const taken = Buffer.byteLength(notice(widest)) + (footers ? Buffer.byteLength(footer({unterminated: true, broken: true})) : 0);
  return {room: Math.max(0, budget - taken), notice, footers};
}
