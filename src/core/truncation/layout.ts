import type {CutPolicy, Excerpt, Window} from '../vocabulary/excerpt.ts';
import {binaryKind} from './binary.ts';
import {bytesWithin} from './estimate.ts';
import {endOf} from './held-line.ts';
import type {HeldLine} from './held-line.ts';
import {lineBytes, reserve, wholeBytes} from './limits.ts';
import type {Reserve} from './limits.ts';
import {readable} from './line-noise.ts';
import {binaryNotice, footer, shortGapNotice} from './notice.ts';
import {pick} from './pick.ts';
import type {Shown} from './pick.ts';

/** What is left of a stream once it has passed. `opening` is its first bytes, all of them where the stream is short. */
export type Remains = {
  opening: Buffer;
  bytes: number;
  lines: number;
  unterminated: boolean;
  head: readonly HeldLine[];
  tail: readonly HeldLine[];
};

/** A view and the arithmetic of its receipt. */
export type Layout = Pick<Excerpt, 'kept_head_lines' | 'kept_tail_lines' | 'truncated' | 'truncated_lines_count' | 'windows'> & {
  text: string;
};

/** Named where it is not text; whole where it fits; else both ends with a notice between them. */
export function layOut(remains: Remains, policy: CutPolicy, label: string): Layout {
  const kind = binaryKind(remains.opening);
  if (kind !== null) return {text: named(kind, remains, {policy, label}), ...arithmetic([], remains)};
  const whole = wholeText(remains, policy);
  if (whole !== null) return {text: whole, ...arithmetic(everything(remains), remains)};
  const spending = reserve(remains, policy, label);
  return compose(pick(remains, spending.room, lineBytes(policy)), remains, {...spending, headLines: policy.head_lines});
}

function named(kind: string, remains: Remains, {policy, label}: {policy: CutPolicy; label: string}): string {
  const notice = binaryNotice(kind, remains, label);
  if (Buffer.byteLength(notice) <= bytesWithin(policy.tokens)) return notice;
  return shortGapNotice({first: 1, last: remains.lines, bytes: remains.bytes});
}

/** Null where it does not fit. What had to be made readable, and so differs from the stream, says so at its end. */
function wholeText(remains: Remains, policy: CutPolicy): string | null {
  if (remains.bytes > wholeBytes(policy)) return null;
  const raw = remains.opening.subarray(0, remains.bytes);
  const {text, broken} = readable(raw);
  const same = Buffer.from(text).equals(raw);
  const notes = same ? '' : footer({unterminated: remains.unterminated, broken});
  const shown = notes && remains.unterminated ? `${text}\n${notes}` : text + notes;
  return Buffer.byteLength(shown) <= bytesWithin(policy.tokens) ? shown : null;
}

function everything({bytes, lines}: Remains): readonly Window[] {
  return bytes > 0 ? [{why: 'head', start: 0, end: bytes, first: 1, last: lines}] : [];
}

/** The shown lines in order, with a notice wherever lines are left out between them. Where none are, the first `headLines` are the head. */
function compose(shown: readonly Shown[], remains: Remains, {notice, footers, headLines}: Reserve & {headLines: number}): Layout {
  const texts: string[] = [];
  const windows: Window[] = [];
  let next = {number: 1, start: 0};
  let gaps = 0;
  const upTo = (line: {number: number; start: number}) => {
    if (line.number === next.number) return;
    texts.push(notice({first: next.number, last: line.number - 1, bytes: line.start - next.start}));
    gaps++;
  };
  for (const {line, rendered} of shown) {
    upTo(line);
    texts.push(rendered.text, '\n');
    next = {number: line.number + 1, start: endOf(line)};
    const why = gaps > 0 || line.number > headLines ? 'tail' : 'head';
    if (rendered.whole) extend(windows, {why, start: line.start, end: next.start, first: line.number, last: line.number});
  }
  upTo({number: remains.lines + 1, start: remains.bytes});
  if (footers) texts.push(footer({unterminated: remains.unterminated, broken: shown.some(({rendered}) => rendered.broken)}));
  const counted = arithmetic(windows, remains);
  return {text: texts.join(''), ...(counted.truncated ? counted : arithmetic(everything(remains), remains))};
}

/** Lines that follow one another are one window. */
function extend(windows: Window[], line: Window): void {
  const last = windows.at(-1);
  if (last?.end === line.start && last.why === line.why) windows[windows.length - 1] = {...last, end: line.end, last: line.last};
  else windows.push(line);
}

function arithmetic(windows: readonly Window[], total: {lines: number}) {
  const lines = (why: Window['why']) => windows.reduce((sum, window) => sum + (window.why === why ? window.last - window.first + 1 : 0), 0);
  const dropped = total.lines - lines('head') - lines('salient') - lines('tail');
  return {kept_head_lines: lines('head'), kept_tail_lines: lines('tail'), truncated: dropped > 0, truncated_lines_count: dropped, windows};
}
