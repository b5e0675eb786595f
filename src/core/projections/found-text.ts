import {marksIn} from '../text/words.ts';
import type {Said} from '../vocabulary/session-row.ts';

/** A part of a text in which something was found, on one line. `marks` are where, in `text`. */
export type FoundText = {kind: Said['kind']; step: number; text: string; marks: readonly Mark[]};
type Mark = {start: number; end: number};

/** What the text is, for people. */
export const kindWord = (kind: FoundText['kind']): string => (kind === 'path' ? 'file' : kind);

/** Where the words stand in what a session says: each text that has one of them, those with the most different ones first. Null where one of them stands nowhere. */
export function foundIn(said: Iterable<Said>, words: readonly string[]): readonly FoundText[] | null {
  const missing = new Set(words);
  const found: {text: FoundText; different: number}[] = [];
  for (const one of said) {
    const marks = marksIn(one.text, words);
    if (marks.length === 0) continue;
    const held = words.filter(word => marks.some(mark => mark.words.includes(word)));
    for (const word of held) missing.delete(word);
    found.push({text: {kind: one.kind, step: one.step, ...context(one.text, marks)}, different: held.length});
  }
  if (missing.size > 0) return null;
  return found.toSorted((a, b) => b.different - a.different).map(({text}) => text);
}

/** Characters around the first mark that are shown with it. */
const before = 40;
const after = 120;

function context(text: string, marks: readonly Mark[]): Pick<FoundText, 'text' | 'marks'> {
  const first = marks[0]?.start ?? 0;
  const from = first <= before ? 0 : boundary(text, first - before);
  const to = Math.min(text.length, first + after);
  const shown = marks.filter(({start, end}) => start >= from && end <= to);
  let line = from > 0 ? '…' : '';
  const placed: Mark[] = [];
  let at = from;
  for (const {start, end} of shown) {
    line += onOneLine(text.slice(at, start));
    const begin = line.length;
    line += text.slice(start, end);
    placed.push({start: begin, end: line.length});
    at = end;
  }
  return {text: `${line}${onOneLine(text.slice(at, to))}${to < text.length ? '…' : ''}`.toWellFormed(), marks: placed};
}

/** The next beginning of a word, so that none is shown in half. */
function boundary(text: string, from: number): number {
  const space = text.slice(from, from + before).search(/\s\S/);
  return space === -1 ? from : from + space + 1;
}

const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');
