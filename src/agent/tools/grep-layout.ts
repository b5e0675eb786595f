/** What a search found, by path in the order it came. `ended` where the search was ended before its end: all counts are then "at least". */
export type Found = {matches: number; files: Map<string, FoundInFile>; ended: boolean};
export type FoundInFile = {matches: number; lines: {number: number; text: string; match: boolean}[]};

type Layout = {name: (path: string) => string; budget: number};

/** Everything where it fits; else fewer matches a file, so that every file is named as long as that is possible. */
export function foundText(found: Found, layout: Layout): string {
  const texts = PER_FILE.map(most => () => laidOut(found, most, layout.name));
  for (const text of texts) {
    const out = text();
    if (Buffer.byteLength(out) <= layout.budget) return out;
  }
  return cutAt(laidOut(found, 1, layout.name), layout.budget, found);
}

const PER_FILE = [Number.POSITIVE_INFINITY, 20, 10, 5, 3, 1];

function laidOut({matches, files, ended}: Found, most: number, name: (path: string) => string): string {
  const counted = `${ended ? 'at least ' : ''}${matches} ${matches === 1 ? 'match' : 'matches'} in ${files.size} ${files.size === 1 ? 'file' : 'files'}`;
  const parts = [...files].map(([path, file]) => `${name(path)}\n${linesOf(file, most)}`);
  return `${counted}${ended ? ' (the search was ended: narrow it)' : ''}\n${parts.join('')}`;
}

function linesOf(file: FoundInFile, most: number): string {
  let shown = 0;
  let last = 0;
  const lines: string[] = [];
  for (const {number, text, match} of file.lines) {
    if (match && shown === most) break;
    if (match) shown++;
    if (lines.length > 0 && !adjacent(last, number) && file.lines.some(line => !line.match)) lines.push('--');
    lines.push(`${number}${match ? ':' : '-'}${text}`);
    last = number;
  }
  const rest = file.matches - shown;
  return lines.map(line => `${line}\n`).join('') + (rest > 0 ? `[${rest} more in this file]\n` : '');
}

function adjacent(a: number, b: number): boolean {
  return b - a <= 1;
}

/** Too many files even with one match each: the first ones, and how many are left out. */
function cutAt(text: string, budget: number, {files}: Found): string {
  const lines = text.split('\n');
  const kept: string[] = [];
  let used = 0;
  for (const line of lines) {
    used += Buffer.byteLength(line) + 1;
    if (used > budget) break;
    kept.push(line);
  }
  return `${kept.join('\n')}\n[more of the ${files.size} files left out: narrow the search with path or glob]\n`;
}
