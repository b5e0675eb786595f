import fc from 'fast-check';
import {expect, test} from 'vitest';
import {droppedRuns, linesIn} from '../../../src/core/truncation/dropped.ts';
import type {Window} from '../../../src/core/vocabulary/excerpt.ts';

const window = (first: number, last: number, why: Window['why'] = 'head'): Window => ({
  why,
  first,
  last,
  start: (first - 1) * 10,
  end: last * 10,
});
const of = (lines: number, windows: readonly Window[], dropped: number) =>
  droppedRuns({windows, total: {bytes: lines * 10, lines}, truncated: dropped > 0, truncated_lines_count: dropped});
const run = (first: number, last: number) => ({first, last, start: (first - 1) * 10, end: last * 10});

test.each<[what: string, runs: ReturnType<typeof of>, expected: ReturnType<typeof of>]>([
  ['nothing', of(9, [window(1, 9)], 0), []],
  ['of an empty stream', of(0, [], 0), []],
  ['all, where it is no text', of(9, [], 9), [run(1, 9)]],
  ['between two', of(9, [window(1, 2), window(8, 9, 'tail')], 5), [run(3, 7)]],
  ['none between neighbours', of(9, [window(1, 2), window(3, 4, 'salient'), window(8, 9, 'tail')], 3), [run(5, 7)]],
  ['a line that was shown in part', of(3, [window(1, 1), window(3, 3, 'tail')], 1), [run(2, 2)]],
  ['at both ends', of(9, [window(4, 5, 'salient')], 7), [run(1, 3), run(6, 9)]],
  ['contradicting: the count', of(9, [window(1, 2)], 6), null],
  ['contradicting: whole, and yet not', of(9, [window(1, 9)], 3), null],
  ['contradicting: out of order', of(9, [window(4, 5), window(2, 3)], 5), null],
  ['contradicting: overlapping', of(9, [window(1, 5), window(5, 6)], 3), null],
  ['contradicting: past the end', of(9, [window(8, 12)], 7), null],
])('dropped is %s', (_what, runs, expected) => expect(runs).toEqual(expected));

test('kept and dropped lines are the whole, and none is in both', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), {maxLength: 200}), kept => {
      const lines = kept.flatMap((isKept, index) => (isKept ? [window(index + 1, index + 1)] : []));
      const runs = of(kept.length, lines, kept.length - lines.length) ?? [];
      const dropped = runs.flatMap(({first, last}) => Array.from({length: last - first + 1}, (_, index) => first + index));
      expect(dropped).toEqual(kept.flatMap((isKept, index) => (isKept ? [] : [index + 1])));
      expect(linesIn(runs)).toBe(kept.length - lines.length);
      expect(runs.every(({first, last, start, end}) => start === (first - 1) * 10 && end === last * 10)).toBe(true);
    }),
  );
});

test('what is dropped and the windows are all bytes of the stream, whatever the windows are', () => {
  const sizes = [1, 2, 3, 4, 5, 6, 7];
  const startOf = (line: number) => sizes.slice(0, line - 1).reduce((sum, size) => sum + size, 0);
  const total = {bytes: startOf(sizes.length + 1), lines: sizes.length};
  for (let kept = 0; kept < 1 << sizes.length; kept++) {
    const windows: Window[] = sizes.flatMap((size, index) => {
      const line = index + 1;
      const start = startOf(line);
      return (kept >> index) & 1 ? [{why: 'salient' as const, start, end: start + size, first: line, last: line}] : [];
    });
    const missing = total.lines - windows.length;
    const runs = droppedRuns({windows, total, truncated: missing > 0, truncated_lines_count: missing})!;
    const covered = [...windows, ...runs].toSorted((a, b) => a.start - b.start);
    expect(covered.reduce((at, {start, end}) => (start === at ? end : -1), 0)).toBe(total.bytes);
    expect(runs.map(({start}) => start)).toEqual(runs.map(({first}) => startOf(first)));
  }
});
