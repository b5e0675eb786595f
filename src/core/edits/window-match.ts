import {shiftLines, uniformShift, type Shift} from './indentation.ts';
import {foldLookAlikes} from './look-alikes.ts';

/** The ladder that lines are compared by, strictest first; each rung forgives what those before it do. */
export type Rung = 'exact' | 'line endings' | 'trailing space' | 'indentation' | 'look-alike characters';

/** Where in the file the written lines stand (0-based), and the shift of indentation that brings them there. */
export type WindowMatch = {at: number; shift: Shift | null};
export type WindowMatches = {rung: Rung; matches: readonly WindowMatch[]};

/** Every place where `written` stands in `lines` from `from` on, by the strictest rung that finds one. Lines come without their ends. */
export function matchWindow(
  lines: readonly string[],
  written: readonly string[],
  options: {from: number; rungs: readonly Rung[]},
): WindowMatches | null {
  if (written.length === 0) return null;
  for (const rung of options.rungs) {
    if (rung !== 'exact' && written.every(line => line.trim() === '')) return null;
    const matches = atRung(lines, written, {from: options.from, rung});
    if (matches.length > 0) return {rung, matches};
  }
  return null;
}

/** Lines as they go into the file by a match: shifted where the match is; null where one cannot be placed. */
export function placed(lines: readonly string[], {shift}: WindowMatch): readonly string[] | null {
  return shift === null ? lines : shiftLines(lines, shift);
}

function atRung(lines: readonly string[], written: readonly string[], {from, rung}: {from: number; rung: Rung}): WindowMatch[] {
  const wanted = written.map(KEYS[rung]);
  const keys = lines.map(KEYS[rung]);
  const anchor = longest(wanted);
  const matches: WindowMatch[] = [];
  const last = lines.length - written.length;
  for (let at = from, tried = 0; at <= last && tried < TRIED; at++) {
    if (keys[at + anchor] !== wanted[anchor] || !wanted.every((line, index) => keys[at + index] === line)) continue;
    tried++;
    const shift = shiftAt(lines.slice(at, at + written.length), written, rung);
    if (shift !== 'none') matches.push({at, shift});
  }
  return matches;
}

/** What stands in more places than this is too common to be meant by any of them. */
const TRIED = 1_000;

/** Comparing the longest line first keeps long files of short, equal lines cheap. */
function longest(lines: readonly string[]): number {
  return lines.reduce((best, line, index) => (line.length > (lines[best] ?? '').length ? index : best), 0);
}

const KEYS: Readonly<Record<Rung, (line: string) => string>> = {
  exact: line => line,
  'line endings': line => line,
  'trailing space': line => withoutSpace(line, 'after'),
  indentation: line => withoutSpace(line, 'around'),
  'look-alike characters': line => withoutSpace(foldLookAlikes(line), 'around'),
};

/** Spaces and tabs only: `trim` would take a no-break space, which is a rung of its own. */
function withoutSpace(line: string, where: 'after' | 'around'): string {
  let [start, end] = [0, line.length];
  while (end > start && isSpace(line.charCodeAt(end - 1))) end--;
  while (where === 'around' && start < end && isSpace(line.charCodeAt(start))) start++;
  return line.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9;
}

function shiftAt(actual: readonly string[], written: readonly string[], rung: Rung): Shift | null | 'none' {
  if (rung !== 'indentation' && rung !== 'look-alike characters') return null;
  const fold = rung === 'indentation' ? (line: string): string => line : foldLookAlikes;
  return uniformShift(written.map(fold), actual.map(fold)) ?? 'none';
}
