/**
 * A rule's pattern: `*` stands for any run of characters, none included; `\*` and `\\` for themselves; everything else for itself, case and
 * space included, from the first character to the last. A ` *` at the end also matches where nothing follows: `npm test *` is `npm test` with
 * or without arguments, and not `npm testing`. Throws `BadPattern` where a pattern cannot be read.
 */
export function compilePattern(pattern: string): Pattern {
  if (typeof pattern !== 'string' || pattern === '') throw new BadPattern('a pattern is a text that is not empty');
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] as string;
    if (char === '\0') throw new BadPattern('a pattern holds no NUL');
    if (char === '*') parts.push(ANY);
    else if (char === '\\') parts.push(...escaped(pattern, ++at));
    else parts.push(char);
  }
  const openEnded = parts.length > 2 && parts.at(-1) === ANY && parts.at(-2) === ' ';
  return {parts, bare: openEnded ? parts.slice(0, -2) : null, literal: literalPrefix(parts), open: parts.includes(ANY)};
}

/** `bare` is the pattern without an open end, `literal` its text before the first `*`; `open` where it has one. */
export type Pattern = {parts: readonly Part[]; bare: readonly Part[] | null; literal: string; open: boolean};

/** Stands in a subject for a stretch that is not known before it runs. */
export const UNKNOWN = '\0';

export class BadPattern extends Error {
  override readonly name = 'BadPattern';
}

/** Whether the pattern matches whatever the unknown stretches turn out to be. */
export function matches(pattern: Pattern, subject: string): boolean {
  return glob(pattern.parts, subject) || (pattern.bare !== null && glob(pattern.bare, subject));
}

/** Whether the pattern matches for some content of the unknown stretches. */
export function couldMatch(pattern: Pattern, subject: string): boolean {
  return meets(pattern.parts, subject) || (pattern.bare !== null && meets(pattern.bare, subject));
}

/** A text as a pattern that matches only it. */
export function literally(text: string): string {
  return text.replaceAll(/[\\*]/gu, found => `\\${found}`);
}

const ANY = Symbol('any run of characters');
/** One UTF-16 unit, or a run. */
type Part = string | typeof ANY;

function escaped(pattern: string, at: number): readonly string[] {
  const char = pattern[at];
  if (char === undefined) throw new BadPattern('a pattern does not end in a single backslash');
  return char === '*' || char === '\\' ? [char] : ['\\', char];
}

function literalPrefix(parts: readonly Part[]): string {
  const first = parts.indexOf(ANY);
  return (first < 0 ? parts : parts.slice(0, first)).join('');
}

/** Greedy with one point of return, so that no pattern takes exponential time. */
function glob(wanted: readonly Part[], subject: string): boolean {
  let part = 0;
  let at = 0;
  let star = -1;
  let resume = 0;
  while (at < subject.length) {
    if (wanted[part] === ANY) {
      star = part++;
      resume = at;
    } else if (wanted[part] === subject[at]) {
      part++;
      at++;
    } else if (star >= 0) {
      part = star + 1;
      at = ++resume;
    } else return false;
  }
  return wanted.slice(part).every(rest => rest === ANY);
}

/** Both sides may hold runs: one row of reachable pattern positions for each character of the subject. */
function meets(wanted: readonly Part[], subject: string): boolean {
  let row = closure(wanted, new Set([0]));
  for (const char of subject.split('')) {
    const next = new Set<number>();
    for (const at of row) {
      if (char === UNKNOWN) for (let to = at; to <= wanted.length; to++) next.add(to);
      else if (wanted[at] === ANY) next.add(at);
      else if (wanted[at] === char) next.add(at + 1);
    }
    row = closure(wanted, next);
    if (row.size === 0) return false;
  }
  return row.has(wanted.length);
}

function closure(wanted: readonly Part[], row: Set<number>): Set<number> {
  for (const at of row) if (wanted[at] === ANY) row.add(at + 1);
  return row;
}
