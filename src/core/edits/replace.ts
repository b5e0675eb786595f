import {lineAt, linesOf} from './lines.ts';
import {foldLookAlikes, lookAlikesUsed} from './look-alikes.ts';
import {nearestMatch, type Nearest} from './nearest-match.ts';
import type {Edit} from './edit.ts';
import {replaceWindow} from './replace-window.ts';
import {eolOf, withEol, type Eol} from './text-form.ts';
import {matchWindow, type Rung} from './window-match.ts';

export type Replaced =
  /** `places` are the first of the `count` 1-based line ranges in the text before. `shift` says how the new text's indentation was changed, null where it was not. */
  | {kind: 'replaced'; text: string; rung: Rung; count: number; places: readonly Place[]; shift: string | null}
  /** The first of the lines where it begins. */
  | {kind: 'several'; rung: Rung; count: number; lines: readonly number[]}
  /** The old text was found with another indentation, which the new text cannot follow: it has a line that is indented less. */
  | {kind: 'unplaceable'; place: Place}
  | {kind: 'absent'; nearest: Nearest | null};
export type Place = {first: number; last: number};

/**
 * Exact first, then a ladder: line endings, trailing space, indentation, look-alike characters. A rung below exact must find one place only
 * (line endings excepted: in a CRLF file the model always writes LF), and nothing outside the matched lines changes.
 */
export function replace(text: string, edit: Edit): Replaced {
  return (
    exactly(text, edit) ??
    byLineEndings(text, edit) ??
    byLines(text, edit, ['trailing space', 'indentation']) ??
    byLookAlikes(text, edit) ??
    absent(text, edit)
  );
}

const LISTED = 20;

function exactly(text: string, edit: Edit): Replaced | null {
  const found = positions(text, edit.old).filter(at => !splitsLineEnd(text, edit.old, at));
  if (found.length === 0) return null;
  if (found.length > 1 && !edit.all) return several(text, found, 'exact');
  const own = eolOf(text) === 'crlf' ? withEol(edit.new, 'crlf') : edit.new;
  return splice(text, {at: apart(found, edit.old.length), length: edit.old.length, insert: own, rung: 'exact'});
}

/** A match that begins between the \r and the \n of one line end would leave the \r behind. */
function splitsLineEnd(text: string, old: string, at: number): boolean {
  return (old.startsWith('\n') && text.charCodeAt(at - 1) === 13) || (old.endsWith('\r') && text.charCodeAt(at + old.length) === 10);
}

function byLineEndings(text: string, edit: Edit): Replaced | null {
  if (!text.includes('\r\n') && !edit.old.includes('\r\n')) return null;
  const plain = withEol(text, 'lf');
  const old = withEol(edit.old, 'lf');
  const found = positions(plain, old);
  if (found.length === 0) return null;
  if (found.length > 1 && !edit.all) return several(plain, found, 'line endings');
  const original = originalOffsets(text);
  const spans = apart(found, old.length).map(at => ({from: original(at), to: original(at + old.length)}));
  const pieces = spans.map(({from, to}, index) => text.slice(spans[index - 1]?.to ?? 0, from) + withEol(edit.new, eolFor(text, from, to)));
  const places = spans.slice(0, LISTED).map(({from}) => placeOf(text, from, edit.old));
  return {
    kind: 'replaced',
    text: pieces.join('') + text.slice(spans.at(-1)?.to),
    rung: 'line endings',
    count: spans.length,
    places,
    shift: null,
  };
}

function byLines(text: string, edit: Edit, rungs: readonly Rung[]): Replaced | null {
  const lines = linesOf(text);
  const written = linesOf(edit.old).map(line => line.text);
  const found = matchWindow(
    lines.map(line => line.text),
    written,
    {from: 0, rungs},
  );
  const [match, ...others] = found?.matches ?? [];
  if (found === null || match === undefined) return null;
  const place = {first: match.at + 1, last: match.at + written.length};
  if (others.length > 0)
    return {kind: 'several', rung: found.rung, count: found.matches.length, lines: found.matches.slice(0, LISTED).map(({at}) => at + 1)};
  const replaced = replaceWindow({lines, written, match, edit, eol: eolFor(text, lines[match.at]?.start ?? 0, text.length)});
  if (replaced === null) return {kind: 'unplaceable', place};
  const words = match.shift?.words ?? 'none';
  return {kind: 'replaced', text: replaced, rung: found.rung, count: 1, places: [place], shift: words === 'none' ? null : words};
}

/** Folding keeps positions, so that a part of a line can be found, too; whole lines with another indentation come after it. */
function byLookAlikes(text: string, edit: Edit): Replaced | null {
  const plain = withEol(text, 'lf');
  const old = withEol(edit.old, 'lf');
  const [folded, wanted] = [foldLookAlikes(plain), foldLookAlikes(old)];
  if (folded === plain && wanted === old) return null;
  const found = positions(folded, wanted);
  const [at] = found;
  if (at === undefined) return byLines(text, edit, ['look-alike characters']);
  if (found.length > 1) return several(plain, found, 'look-alike characters');
  const original = originalOffsets(text);
  const [from, to] = [original(at), original(at + old.length)];
  const own = inTheirCharacters(old, plain.slice(at, at + old.length), withEol(edit.new, 'lf'));
  const replaced = text.slice(0, from) + withEol(own, eolFor(text, from, to)) + text.slice(to);
  return {kind: 'replaced', text: replaced, rung: 'look-alike characters', count: 1, places: [placeOf(text, from, edit.old)], shift: null};
}

/** The new text with what it shares with the old one at both ends as the file has it, and the rest in the characters that the file uses. */
function inTheirCharacters(old: string, actual: string, text: string): string {
  const shortest = Math.min(old.length, text.length);
  let start = 0;
  while (start < shortest && old[start] === text[start]) start++;
  let end = 0;
  while (end < shortest - start && old[old.length - 1 - end] === text[text.length - 1 - end]) end++;
  const used = lookAlikesUsed(old, actual);
  const middle = Array.from(text.slice(start, text.length - end), letter => (letter === ' ' ? letter : (used.get(letter) ?? letter)));
  return actual.slice(0, start) + middle.join('') + actual.slice(actual.length - end);
}

function absent(text: string, {old}: Edit): Replaced {
  return {
    kind: 'absent',
    nearest: nearestMatch(
      linesOf(text).map(line => line.text),
      linesOf(old).map(line => line.text),
    ),
  };
}

/** Every position, overlapping ones too: "once" must not depend on where counting begins. */
function positions(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at !== -1 && part !== ''; at = text.indexOf(part, at + 1)) found.push(at);
  return found;
}

function apart(found: readonly number[], length: number): number[] {
  let end = 0;
  return found.filter(at => {
    if (at < end) return false;
    end = at + length;
    return true;
  });
}

function several(text: string, found: readonly number[], rung: Rung): Replaced {
  return {kind: 'several', rung, count: found.length, lines: [...new Set(found.slice(0, LISTED).map(at => lineAt(text, at)))]};
}

function splice(text: string, {at, length, insert, rung}: {at: readonly number[]; length: number; insert: string; rung: Rung}): Replaced {
  let end = 0;
  const pieces = at.map(start => {
    const piece = text.slice(end, start) + insert;
    end = start + length;
    return piece;
  });
  const places = at.slice(0, LISTED).map(start => placeOf(text, start, text.slice(start, start + length)));
  return {kind: 'replaced', text: pieces.join('') + text.slice(end), rung, count: at.length, places, shift: null};
}

function placeOf(text: string, offset: number, old: string): Place {
  const first = lineAt(text, offset);
  return {first, last: first + Math.max(0, linesOf(old).length - 1)};
}

/** From an offset in the text with LF ends to the offset in the text as it is. */
function originalOffsets(text: string): (plain: number) => number {
  const removed: number[] = [];
  for (let at = text.indexOf('\r\n'); at !== -1; at = text.indexOf('\r\n', at + 2)) removed.push(at - removed.length);
  return plain => {
    let [low, high] = [0, removed.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((removed[middle] ?? 0) < plain) low = middle + 1;
      else high = middle;
    }
    return plain + low;
  };
}

/** The line ends that new text gets between `from` and `to`: those of the first line there, else the file's. */
function eolFor(text: string, from: number, to: number): Eol {
  const newline = text.indexOf('\n', from);
  if (newline !== -1 && newline < to) return text.charCodeAt(newline - 1) === 13 ? 'crlf' : 'lf';
  return eolOf(text);
}
