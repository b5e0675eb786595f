import type {Excerpt} from '../vocabulary/excerpt.ts';
import {grouped, size} from './call-title.ts';

/**
 * The receipt of an output in one line: `20 + 3×salient + 50 of 15,000 lines · 61 kB → 2.1 kB · sha256 ab12cd34 · 2 secrets masked`. In fewer columns
 * the hash goes first, then the bytes, then how the shown lines came about; that secrets were masked goes last.
 */
export function receiptLine(excerpt: Excerpt, columns = Infinity): string {
  const [lines, fewer] = [linesOf(excerpt), shownLines(excerpt)];
  const {truncated, total, shown, redactions} = excerpt;
  const bytes = truncated ? `${size(total.bytes)} → ${size(shown.bytes)}` : size(total.bytes);
  const hash = `sha256 ${excerpt.stdout_sha256.slice(0, 8)}`;
  const masked = redactions > 0 ? [`${grouped(redactions)} ${redactions === 1 ? 'secret' : 'secrets'} masked`] : [];
  const barely = redactions > 0 ? [`${grouped(redactions)} masked`] : [];
  const forms = [
    [lines, bytes, hash, ...masked],
    [lines, bytes, ...masked],
    [lines, ...masked],
    [fewer, ...masked],
    [fewer, ...barely],
    [fewer],
  ];
  const written = forms.map(parts => parts.join(' · '));
  return written.find(({length}) => length <= columns) ?? fewer;
}

/** `20 + 3×salient + 50 of 15,000 lines`: lines of the head, windows between, lines of the tail. */
function linesOf({kept_head_lines, kept_tail_lines, truncated, windows, total}: Excerpt): string {
  if (!truncated) return counted(total.lines);
  const salient = windows.filter(({why}) => why === 'salient').length;
  const kept = [grouped(kept_head_lines), ...(salient > 0 ? [`${grouped(salient)}×salient`] : []), grouped(kept_tail_lines)];
  return `${kept.join(' + ')} of ${counted(total.lines)}`;
}

const shownLines = ({truncated, truncated_lines_count, total}: Excerpt): string =>
  truncated ? `${grouped(total.lines - truncated_lines_count)} of ${counted(total.lines)}` : counted(total.lines);

const counted = (lines: number): string => `${grouped(lines)} ${lines === 1 ? 'line' : 'lines'}`;
