import type {Line} from './lines.ts';
import type {Edit} from './edit.ts';
import type {Eol} from './text-form.ts';
import {placed, type WindowMatch} from './window-match.ts';

type WindowEdit = {lines: readonly Line[]; written: readonly string[]; match: WindowMatch; edit: Edit; eol: Eol};

/**
 * The whole text with the matched lines replaced. Lines that the old and the new text share at the beginning and the end stay as the file
 * has them. Null where a new line cannot follow the shift of indentation.
 */
export function replaceWindow({lines, written, match, edit, eol}: WindowEdit): string | null {
  const matched = lines.slice(match.at, match.at + written.length);
  const wanted = splitNew(edit.new);
  const [start, end] = shared(written, wanted);
  const inserted = placed(wanted.slice(start, wanted.length - end), match);
  if (inserted === null) return null;
  const newline = eol === 'crlf' ? '\r\n' : '\n';
  const kept = (line: Line): Pick<Line, 'text' | 'end'> => ({text: line.text, end: line.end === '' ? newline : line.end});
  const result = [
    ...matched.slice(0, start).map(kept),
    ...inserted.map(text => ({text, end: newline})),
    ...matched.slice(matched.length - end).map(kept),
  ];
  const last = result.at(-1);
  const body =
    result
      .slice(0, -1)
      .map(line => line.text + line.end)
      .join('') + (last?.text ?? '');
  const outside = (from: readonly Line[]): string => from.map(line => line.text + line.end).join('');
  return (
    outside(lines.slice(0, match.at)) +
    body +
    lastEnd(edit, matched.at(-1)?.end ?? '', newline) +
    outside(lines.slice(match.at + written.length))
  );
}

function splitNew(text: string): string[] {
  if (text === '') return [];
  const plain = text.replaceAll('\r\n', '\n');
  return (plain.endsWith('\n') ? plain.slice(0, -1) : plain).split('\n');
}

/** How many lines are equal at the beginning and, of the rest, at the end. */
function shared(a: readonly string[], b: readonly string[]): [start: number, end: number] {
  const shortest = Math.min(a.length, b.length);
  let start = 0;
  while (start < shortest && a[start] === b[start]) start++;
  let end = 0;
  while (end < shortest - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return [start, end];
}

/** Where only one of old and new ends in a line end, the difference is meant; an unterminated last line of the file stays one. */
function lastEnd({old, new: text}: Edit, actual: string, newline: string): string {
  const [before, after] = [old.endsWith('\n'), text.endsWith('\n')];
  if (before === after) return actual;
  return before ? '' : newline + actual;
}
