import type {CutPolicy, Excerpt, Window} from '../vocabulary/excerpt.ts';
import {binaryKind} from './binary.ts';
import {bytesWithin} from './estimate.ts';
import {endOf} from './held-line.ts';
import type {HeldLine} from './held-line.ts';
import {readable} from './line-noise.ts';
import {binaryNotice, footer, gapNotice, shortGapNotice} from './notice.ts';
import type {Gap} from './notice.ts';
import {renderLine} from './rendered-line.ts';
import type {RenderedLine} from './rendered-line.ts';

/** What is left of a stream once it has passed. `opening` is its first bytes, all of them where `bytes` says so. */
export type Remains = {
  opening: Buffer;
  bytes: number;
  lines: number;
  unterminated: boolean;
  head: readonly HeldLine[];
  tail: readonly HeldLine[];
};

/** A view and the arithmetic of its receipt. */
export type Layout = Pick<Excerpt, 'kept_head_lines' | 'kept_tail_lines' | 'truncated' | 'truncated_lines_count' | 'windows'> & {text: string};

/** Whole where it fits; named where it is not text; else both ends, the later one first. */
export function layOut(remains: Remains, policy: CutPolicy, label: string): Layout {
  const kind = binaryKind(remains.opening);
  if (kind !== null) return nothingShown(binaryNotice(kind, remains, label), remains);
  const whole = wholeText(remains, policy);
  if (whole !== null) return everythingShown(whole, remains);
  return composed(pick(remains, policy, label), remains, policy, label);
}

/** So much of a stream may be its whole view: more than the budget, since escape sequences are taken out. */
export function wholeBytes(policy: CutPolicy): number {
  return 4 * bytesWithin(policy.tokens);
}

/** A line over this is cut in the middle: no more than an eighth of the budget, so that one long line cannot take it all. */
export function lineBytes(policy: CutPolicy): number {
  return Math.min(policy.line_bytes, Math.max(96, bytesWithin(policy.tokens) >> 3));
}

function wholeText(remains: Remains, policy: CutPolicy): string | null {
  if (remains.bytes > wholeBytes(policy)) return null;
  const raw = remains.opening.subarray(0, remains.bytes);
  const {text, broken} = readable(raw);
  const changed = !Buffer.from(text).equals(raw);
  const notes = changed ? footer({unterminated: remains.unterminated, broken}) : '';
  const shown = notes && remains.unterminated ? `${text}\n${notes}` : text + notes;
  return Buffer.byteLength(shown) <= bytesWithin(policy.tokens) ? shown : null;
}

type Shown = {line: HeldLine; rendered: RenderedLine};

/**
 * The last lines come first, because an output ends with what came of it; a third of the budget is the first lines' for certain, and more
 * where the last lines leave it. Windows from between, once there are any, take their share here.
 */
function pick(remains: Remains, policy: CutPolicy, label: string): readonly Shown[] {
  const {room} = reserve(remains, policy, label);
  const limit = lineBytes(policy);
  const certain = fill(remains.head, Math.floor(room / 3), limit);
  const tail = fill(remains.tail.toReversed(), room - cost(certain), limit).toReversed();
  const from = tail[0]?.line.number ?? Infinity;
  const before = remains.head.filter(line => line.number < from);
  return [...fill(before, room - cost(tail), limit), ...tail];
}

/** Lines in the given order, until one has no room. */
function fill(lines: readonly HeldLine[], room: number, limit: number): Shown[] {
  const shown: Shown[] = [];
  let left = room;
  for (const line of lines) {
    const rendered = renderLine(line, limit);
    left -= rendered ? rendered.bytes + 1 : Infinity;
    if (left < 0 || rendered === null) break;
    shown.push({line, rendered});
  }
  return shown;
}

function cost(shown: readonly Shown[]): number {
  return shown.reduce((sum, {rendered}) => sum + rendered.bytes + 1, 0);
}

/** The room that is left for lines beside the longest notices that this stream could need. */
function reserve(remains: Remains, policy: CutPolicy, label: string): {room: number; notice: (gap: Gap) => string; footers: boolean} {
  const budget = bytesWithin(policy.tokens);
  const widest = {first: remains.lines, last: remains.lines * 2, bytes: remains.bytes};
  const full = Buffer.byteLength(gapNotice(widest, label)) * 3 <= budget;
  const notice = (gap: Gap) => (full ? gapNotice(gap, label) : shortGapNotice(gap));
  const footers = budget >= 1_024;
  const taken = Buffer.byteLength(notice(widest)) + (footers ? Buffer.byteLength(footer({unterminated: true, broken: true})) : 0);
  return {room: Math.max(0, budget - taken), notice, footers};
}

function composed(shown: readonly Shown[], remains: Remains, policy: CutPolicy, label: string): Layout {
  const {notice, footers} = reserve(remains, policy, label);
  const texts: string[] = [];
  const windows: Window[] = [];
  let why: Window['why'] = 'head';
  let next = {number: 1, start: 0};
  const leaveOut = (until: {number: number; start: number}) => {
    if (until.number === next.number) return;
    texts.push(notice({first: next.number, last: until.number - 1, bytes: until.start - next.start}));
    why = 'tail';
  };
  for (const {line, rendered} of shown) {
    leaveOut(line);
    texts.push(rendered.text, '\n');
    next = {number: line.number + 1, start: endOf(line)};
    if (rendered.whole) extend(windows, {why, start: line.start, end: next.start, first: line.number, last: line.number});
  }
  leaveOut({number: remains.lines + 1, start: remains.bytes});
  const broken = shown.some(({rendered}) => rendered.broken);
  if (footers) texts.push(footer({unterminated: remains.unterminated, broken}));
  return {text: texts.join(''), ...arithmetic(windows, remains), windows};
}

/** Lines that follow one another are one window. */
function extend(windows: Window[], line: Window): void {
  const last = windows.at(-1);
  if (last?.end === line.start && last.why === line.why) windows[windows.length - 1] = {...last, end: line.end, last: line.last};
  else windows.push(line);
}

function arithmetic(windows: readonly Window[], remains: Remains) {
  const lines = (why: Window['why']) => windows.reduce((sum, window) => sum + (window.why === why ? window.last - window.first + 1 : 0), 0);
  const dropped = remains.lines - lines('head') - lines('salient') - lines('tail');
  return {kept_head_lines: lines('head'), kept_tail_lines: lines('tail'), truncated: dropped > 0, truncated_lines_count: dropped};
}

function everythingShown(text: string, remains: Remains): Layout {
  const windows: Window[] = remains.bytes > 0 ? [{why: 'head', start: 0, end: remains.bytes, first: 1, last: remains.lines}] : [];
  return {text, ...arithmetic(windows, remains), windows};
}

function nothingShown(text: string, remains: Remains): Layout {
  return {text, ...arithmetic([], remains), windows: []};
}
