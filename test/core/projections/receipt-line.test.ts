import {expect, test} from 'vitest';
import {receiptLine} from '../../../src/core/projections/receipt-line.ts';
import type {Excerpt, Window} from '../../../src/core/vocabulary/excerpt.ts';

const salient = (first: number): Window => ({why: 'salient', first, last: first + 1, start: 0, end: 1});
const excerpt = {
  stdout_sha256: 'ab12cd34'.repeat(8),
  kept_head_lines: 20,
  kept_tail_lines: 50,
  truncated: true,
  truncated_lines_count: 14_924,
  windows: [{why: 'head'}, salient(100), salient(200), salient(300), {why: 'tail'}],
  total: {bytes: 61_000, lines: 15_000},
  shown: {bytes: 2_130, lines: 80, tokens: 533},
  redactions: 0,
} as unknown as Excerpt;
const whole = {...excerpt, truncated: false, truncated_lines_count: 0, kept_head_lines: 12, windows: [], total: {bytes: 340, lines: 12}};

test.each<[text: string, of: Excerpt, columns?: number]>([
  ['20 + 3×salient + 50 of 15,000 lines · 61 kB → 2.1 kB · sha256 ab12cd34', excerpt],
  ['20 + 3×salient + 50 of 15,000 lines · 61 kB → 2.1 kB', excerpt, 60],
  ['20 + 3×salient + 50 of 15,000 lines', excerpt, 40],
  ['76 of 15,000 lines', excerpt, 30],
  ['76 of 15,000 lines', excerpt, 4],
  ['20 + 50 of 15,000 lines · 61 kB → 2.1 kB · sha256 ab12cd34', {...excerpt, windows: []}],
  ['20 + 3×salient + 50 of 15,000 lines · 61 kB → 2.1 kB · sha256 ab12cd34 · 2 secrets masked', {...excerpt, redactions: 2}],
  ['20 + 3×salient + 50 of 15,000 lines · 61 kB → 2.1 kB · 1 secret masked', {...excerpt, redactions: 1}, 72],
  ['20 + 3×salient + 50 of 15,000 lines · 1 secret masked', {...excerpt, redactions: 1}, 55],
  ['76 of 15,000 lines · 1 secret masked', {...excerpt, redactions: 1}, 36],
  ['76 of 15,000 lines · 1 masked', {...excerpt, redactions: 1}, 35],
  ['76 of 15,000 lines', {...excerpt, redactions: 1}, 28],
  [
    '0 + 0 of 1 line · 61 kB → 2.1 kB · sha256 ab12cd34',
    {...excerpt, kept_head_lines: 0, kept_tail_lines: 0, windows: [], total: {bytes: 61_000, lines: 1}},
  ],
  ['12 lines · 340 B · sha256 ab12cd34', whole],
  ['12 lines · 340 B', whole, 20],
  ['12 lines · 340 B · sha256 ab12cd34 · 1 secret masked', {...whole, redactions: 1}],
])('%s', (text, of, columns) => expect(receiptLine(of, columns)).toBe(text));

test('it is never wider than the columns, as long as the least of it fits', () => {
  for (const of of [excerpt, whole, {...excerpt, redactions: 12}])
    for (let columns = 18; columns <= 120; columns++) expect(receiptLine(of, columns).length).toBeLessThanOrEqual(columns);
});
