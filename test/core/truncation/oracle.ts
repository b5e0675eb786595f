import {createHash} from 'node:crypto';
import type {CutPolicy, Window} from '../../../src/core/vocabulary/excerpt.ts';
import type {Cut} from '../../../src/core/truncation/cutter.ts';

export const label = '3.1';

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Every line with its newline, the slow and obvious way. */
function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start);
    const next = end < 0 ? bytes.length : end + 1;
    lines.push(bytes.subarray(start, next));
    start = next;
  }
  return lines;
}

/** Lines that the view's markers say are missing or cut. */
export function marked(text: string): number {
  const gaps = [...text.matchAll(/⟨… ([\d,]+) (?:similar )?lines? not shown/g)].map(match => Number(match[1]!.replaceAll(',', '')));
  return gaps.reduce((sum, lines) => sum + lines, 0) + [...text.matchAll(/⟨… 1 line cut: /g)].length;
}

/** What is wrong with a receipt, found by looking at the whole stream; nothing where it is true. */
export function faults(cut: Cut, bytes: Buffer, policy: CutPolicy): string[] {
  const lines = linesOf(bytes);
  const text = Buffer.from(cut.text).toString();
  const kept = cut.windows.reduce((sum, window) => sum + window.last - window.first + 1, 0);
  const keptAs = (why: Window['why']) =>
    cut.windows.filter(window => window.why === why).reduce((sum, {first, last}) => sum + last - first + 1, 0);
  const checks: [string, boolean][] = [
    ['budget', cut.shown.tokens <= policy.tokens],
    ['shown bytes', cut.shown.bytes === cut.text.length && cut.shown.tokens === Math.ceil(cut.text.length / 4)],
    ['shown lines', cut.shown.lines === linesOf(Buffer.from(cut.text)).length],
    ['sha256', cut.stdout_sha256 === sha256(bytes)],
    ['total', cut.total.bytes === bytes.length && cut.total.lines === lines.length],
    ['truncated', cut.truncated === cut.truncated_lines_count > 0],
    ['kept plus dropped is the whole', kept + cut.truncated_lines_count === lines.length],
    ['kept head and tail', keptAs('head') === cut.kept_head_lines && keptAs('tail') === cut.kept_tail_lines],
    ['same', cut.same === Buffer.from(cut.text).equals(bytes)],
    ['head ceiling', !cut.truncated || cut.kept_head_lines <= policy.head_lines],
    ['tail ceiling', cut.kept_tail_lines <= policy.tail_lines],
    ['not longer than the stream shown whole', cut.truncated || cut.windows.length <= 1],
  ];
  return [...checks.filter(([, good]) => !good).map(([name]) => name), ...windowFaults(cut, bytes, lines, text)];
}

function windowFaults(cut: Cut, bytes: Buffer, lines: readonly Buffer[], text: string): string[] {
  const wrong: string[] = [];
  let end = 0;
  for (const window of cut.windows) {
    const range = bytes.subarray(window.start, window.end);
    if (window.start < end || window.end <= window.start) wrong.push('windows ascend and are not empty');
    if (!range.equals(Buffer.concat(lines.slice(window.first - 1, window.last)))) wrong.push('a window is its lines');
    if (isPlain(range) && !text.includes(range.toString())) wrong.push('a window stands in the view');
    end = window.end;
  }
  return wrong;
}

function isPlain(range: Buffer): boolean {
  return range.every(byte => byte === 0x09 || byte === 0x0a || (byte >= 0x20 && byte < 0x7f));
}
