import type {Excerpt} from '../vocabulary/excerpt.ts';

/** Byte range [start, end) and 1-based line range [first, last] of the stored stream. */
export type LineRun = {first: number; last: number; start: number; end: number};

/**
 * What was not shown whole: the runs of lines between a receipt's windows, ascending. A line that was shown in part is in them, and none is in
 * them twice. Null where the receipt contradicts itself: its runs do not add up to its `truncated_lines_count`.
 */
export function droppedRuns({windows, total, truncated, truncated_lines_count}: Counted): readonly LineRun[] | null {
  if (!truncated) return truncated_lines_count === 0 ? [] : null;
  const runs: LineRun[] = [];
  let next = {line: 1, byte: 0};
  for (const {first, last, start, end} of [...windows, {first: total.lines + 1, last: total.lines, start: total.bytes, end: total.bytes}]) {
    if (first < next.line || start < next.byte || first > next.line !== start > next.byte) return null;
    if (first > next.line) runs.push({first: next.line, last: first - 1, start: next.byte, end: start});
    next = {line: last + 1, byte: end};
  }
  return linesIn(runs) === truncated_lines_count ? runs : null;
}

type Counted = Pick<Excerpt, 'windows' | 'total' | 'truncated' | 'truncated_lines_count'>;

export const linesIn = (runs: readonly LineRun[]): number => runs.reduce((sum, {first, last}) => sum + last - first + 1, 0);
