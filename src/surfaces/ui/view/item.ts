import {unreachable} from '../../../core/log/fold.ts';
import type {Entry} from '../../../core/projections/transcript.ts';
import type {Item} from '../state.ts';
import {finishedCall} from './call-card.ts';
import {span, type Line, type Tone} from './line.ts';
import {markdownLines} from './markdown.ts';
import {safeLine, safeText} from './safe-text.ts';
import {cut} from './cut.ts';
import {wrap} from './wrap.ts';

/** What has happened, as it goes to the scroll-back. `before` is the item above it: calls stand close together, all else apart. */
export function itemLines(item: Item, before: Item | undefined, width: number): readonly Line[] {
  const lines = ownLines(item, width);
  const isClose = before === undefined || (isCall(item) && isCall(before));
  return isClose ? lines : [[], ...lines];
}

const isCall = (item: Item): boolean => item.kind === 'entry' && item.entry.kind === 'call';

function ownLines(item: Item, width: number): readonly Line[] {
  switch (item.kind) {
    case 'entry':
      return entryLines(item.entry, item.seen, width);
    case 'part':
      return markdownLines(item.text, width);
    case 'note':
      return noteLines(item.text, item.level, width);
    case 'text':
      return textLines(item.text, width);
    default:
      return unreachable(item);
  }
}

function entryLines(entry: Entry, seen: readonly string[], width: number): readonly Line[] {
  switch (entry.kind) {
    case 'prompt':
      return promptLines(entry, width);
    case 'answer':
      return markdownLines(entry.text, width);
    case 'thought':
      return [thoughtLine(entry.text, width)];
    case 'call':
      return finishedCall(entry.card, seen, width);
    case 'failure':
      return failureLines(entry, width);
    case 'note':
      return noteLines(entry.text, entry.level, width);
    default:
      return unreachable(entry);
  }
}

function promptLines({text, steering}: {text: string; steering: boolean}, width: number): readonly Line[] {
  const rows = textLines(text, width - 2).map(line => line.map(part => ({...part, bold: true})));
  return rows.map((line, index) => [span(index > 0 ? '  ' : steering ? '» ' : '› ', 'accent'), ...line]);
}

/** Folded to its last line: it is on the log, and what was concluded stands below. */
export function thoughtLine(text: string, width: number): Line {
  const last =
    safeText(text)
      .split('\n')
      .findLast(line => line.trim() !== '') ?? '';
  return cut([span('✻ ', 'muted'), span(last.trim(), {tone: 'muted', italic: true})], width);
}

function failureLines({error, retry_in_ms, attempt}: Extract<Entry, {kind: 'failure'}>, width: number): readonly Line[] {
  const next = retry_in_ms === null ? '' : ` Trying again (attempt ${attempt + 1}).`;
  const main = noteLines(`${error.message}${next}`, retry_in_ms === null ? 'error' : 'warning', width);
  return error.hint === undefined
    ? main
    : [...main, ...textLines(error.hint, width - 2).map(line => [span('  '), ...line.map(part => ({...part, tone: 'muted' as const}))])];
}

const marks: Readonly<Record<'info' | 'warning' | 'error', {mark: string; tone: Tone}>> = {
  info: {mark: '· ', tone: 'muted'},
  warning: {mark: '! ', tone: 'warning'},
  error: {mark: '✗ ', tone: 'bad'},
};

function noteLines(text: string, level: 'info' | 'warning' | 'error', width: number): readonly Line[] {
  const {mark, tone} = marks[level];
  return textLines(text, width - 2).map((line, index) => [span(index === 0 ? mark : '  ', tone), ...line.map(part => ({...part, tone}))]);
}

const textLines = (text: string, width: number): readonly Line[] =>
  safeText(text)
    .trimEnd()
    .split('\n')
    .flatMap(line => wrap([span(line)], width));

/** One row for what a message says, where it waits. */
export const oneRow = (text: string, width: number): Line => cut([span(safeLine(text))], width);
