import type {Excerpt} from '../vocabulary/excerpt.ts';

/** A part of the stored stream that was not shown whole: bytes [start, end), and the number of its first line. */
export type Gap = {start: number; end: number; first: number};

/** Between, before and behind the windows of a receipt. */
export function gapsOf({windows, total}: Excerpt): readonly Gap[] {
  const gaps: Gap[] = [];
  let at = {start: 0, first: 1};
  for (const window of windows) {
    if (window.start > at.start) gaps.push({...at, end: window.start});
    at = {start: window.end, first: window.last + 1};
  }
  if (total.bytes > at.start) gaps.push({...at, end: total.bytes});
  return gaps;
}
