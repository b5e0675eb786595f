import type {CutPolicy, Excerpt, Window} from '../vocabulary/excerpt.ts';
import {binaryKind} from './binary.ts';
import {bytesWithin} from './estimate.ts';
import {createEvidenceReader} from './salience/evidence.ts';
import {Trait} from './salience/traits.ts';
import type {Shown} from './choice.ts';
import {bytesOf, endOf} from './held-line.ts';
import type {HeldLine} from './held-line.ts';
import {lineBytes, reserve, wholeBytes} from './limits.ts';
import type {Reserve} from './limits.ts';
import {readable} from './line-noise.ts';
import type {Middle} from './salience/middle.ts';
import {binaryNotice, footer, gapNotice, innerGapNotice, largestGapNotice, shortGapNotice} from './notice.ts';
import type {Gap, Unseen} from './notice.ts';
import {pick} from './pick.ts';
import {isWithinRun} from './salience/runs.ts';

/** What is left of a stream once it has passed. `opening` is its first bytes, all of them where the stream is short. */
export type Remains = {
  opening: Buffer;
  bytes: number;
  lines: number;
  unterminated: boolean;
  head: readonly HeldLine[];
  tail: readonly HeldLine[];
  /** Asked for only where the stream has to be cut; null where the policy shows nothing of the middle. */
  middle: () => Middle | null;
};

/** A view and the arithmetic of its receipt. */
export type Layout = Pick<Excerpt, 'kept_head_lines' | 'kept_tail_lines' | 'truncated' | 'truncated_lines_count' | 'windows'> & {
  text: string;
};

/** See `createCutter`. */
type Source = {label: string; skipped: number};

/** Named where it is not text; whole where it fits; else what the policy has room for, with notices in place of the rest. */
export function layOut(remains: Remains, policy: CutPolicy, source: Source): Layout {
  const {label} = source;
  const kind = binaryKind(remains.opening);
  if (kind !== null) return {text: named(kind, remains, {policy, label}), ...arithmetic([], remains)};
  const whole = wholeText(remains, policy);
  if (whole !== null) return {text: whole, ...arithmetic(everything(remains), remains)};
  const spending = reserve({bytes: remains.bytes, lines: remains.lines + source.skipped}, policy, label);
  const middle = remains.middle();
  const shown = pick({...remains, middle}, {bytes: spending.room, line: lineBytes(policy), gap: spending.gap});
  return compose({shown, middle, spending}, remains, {policy, source});
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

type Picked = {shown: readonly Shown[]; middle: Middle | null; spending: Reserve};

/** The shown lines in order, with a notice wherever lines are left out between them. */
function compose({shown, middle, spending}: Picked, remains: Remains, {policy, source}: {policy: CutPolicy; source: Source}): Layout {
  const gaps = gapsBetween(shown, remains);
  const largest = gaps.reduce<Gap | null>((most, gap) => (gap !== null && gap.bytes > (most?.bytes ?? 0) ? gap : most), null);
  const notice = (gap: Gap): string => {
    const placed = {...gap, first: gap.first + source.skipped, last: gap.last + source.skipped};
    if (spending.notices === 'short') return shortGapNotice(placed);
    if (middle === null) return gapNotice(placed, source.label);
    const similar = isWithinRun(gap, middle.runs);
    return gap === largest
      ? largestGapNotice(placed, {...unseenKinds(middle, shown), similar}, source.label)
      : innerGapNotice(placed, similar);
  };
  const texts: string[] = [];
  for (const [at, {rendered}] of shown.entries()) {
    if (gaps[at]) texts.push(notice(gaps[at]));
    texts.push(rendered.text, '\n');
  }
  const last = gaps.at(-1);
  if (last) texts.push(notice(last));
  if (spending.footers) texts.push(footer({unterminated: remains.unterminated, broken: shown.some(({rendered}) => rendered.broken)}));
  const counted = arithmetic(windowsOf(shown, gaps, remains, policy), remains);
  return {text: texts.join(''), ...(counted.truncated ? counted : arithmetic(everything(remains), remains))};
}

/** The gap before each shown line, and after the last; null where there is none. */
function gapsBetween(shown: readonly Shown[], {bytes, lines}: Remains): readonly (Gap | null)[] {
  let next = {number: 1, start: 0};
  const gapBefore = ({number, start}: {number: number; start: number}): Gap | null =>
    number > next.number ? {first: next.number, last: number - 1, bytes: start - next.start} : null;
  const gaps = shown.map(({line}) => {
    const gap = gapBefore(line);
    next = {number: line.number + 1, start: endOf(line)};
    return gap;
  });
  return [...gaps, gapBefore({number: lines + 1, start: bytes})];
}

/** What of the stream's failures and warnings no shown line is. */
function unseenKinds({failures, warnings}: Middle, shown: readonly Shown[]): Unseen {
  const read = createEvidenceReader();
  const unseen = {failures, warnings};
  for (const {line} of shown) {
    const {traits} = read(bytesOf(line));
    if (traits & Trait.failure) unseen.failures--;
    else if (traits & Trait.warning) unseen.warnings--;
  }
  return unseen;
}

/** The lines shown whole. Those that go on from the first line are the head, those that go on to the last one the tail. */
function windowsOf(shown: readonly Shown[], gaps: readonly (Gap | null)[], {lines}: Remains, policy: CutPolicy): readonly Window[] {
  const firstGap = gaps.findIndex(gap => gap !== null);
  const lastGap = gaps.findLastIndex(gap => gap !== null);
  const windows: Window[] = [];
  for (const [at, {line, rendered}] of shown.entries()) {
    if (!rendered.whole) continue;
    const isHead = (firstGap < 0 || at < firstGap) && line.number <= policy.head_lines;
    const isTail = at >= lastGap && line.number > lines - policy.tail_lines;
    const why = isHead ? 'head' : isTail ? 'tail' : 'salient';
    extend(windows, {why, start: line.start, end: endOf(line), first: line.number, last: line.number});
  }
  return windows;
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
