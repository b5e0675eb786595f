/** The lines of a file that come nearest to some written lines: 1-based, with how alike they are in percent and what differs. */
export type Nearest = {first: number; last: number; alike: number; diff: readonly string[]};

/** Bounded work whatever the sizes are: exact lines vote for a place; with no vote, the longest written line looks for one like it. */
export function nearestMatch(lines: readonly string[], written: readonly string[]): Nearest | null {
  const wanted = written.slice(0, WRITTEN_LINES);
  const starts = [...new Set([...voted(lines, wanted), ...similar(lines, wanted)])];
  const scored = starts.map(start => ({start, alike: alikeness(lines, wanted, start)}));
  const best = scored.reduce<{start: number; alike: number} | null>(
    (top, next) => (top === null || next.alike > top.alike ? next : top),
    null,
  );
  if (best === null || best.alike < ENOUGH) return null;
  const actual = lines.slice(best.start, best.start + written.length);
  return {
    first: best.start + 1,
    last: best.start + actual.length,
    alike: best.alike,
    diff: diffLines(wanted, actual.slice(0, WRITTEN_LINES)),
  };
}

/** What was written (-) against what is there (+). */
function diffLines(written: readonly string[], actual: readonly string[]): string[] {
  const table = commonLengths(written, actual);
  const at = (row: number, column: number): number => table[row]?.[column] ?? 0;
  const diff: string[] = [];
  let [i, j] = [0, 0];
  while (i < written.length || j < actual.length) {
    if (i < written.length && j < actual.length && written[i] === actual[j]) {
      diff.push(`  ${cut(written[i])}`);
      i++;
      j++;
    } else if (j >= actual.length || (i < written.length && at(i + 1, j) >= at(i, j + 1))) diff.push(`- ${cut(written[i++])}`);
    else diff.push(`+ ${cut(actual[j++])}`);
  }
  return shortened(diff);
}

const WRITTEN_LINES = 40;
const SEARCHED_LINES = 20_000;
const POSITIONS = 100;
const CANDIDATES = 5;
const ENOUGH = 40;
const COMPARED = 200;

/** Where the most lines stand exactly, but for the space around them. A line that is common votes for its first places only. */
function voted(lines: readonly string[], wanted: readonly string[]): number[] {
  const offsets = new Map<string, {at: number[]; used: number}>();
  for (const [index, line] of wanted.entries()) {
    const key = line.trim();
    const known = offsets.get(key) ?? {at: [], used: 0};
    known.at.push(index);
    if (key !== '') offsets.set(key, known);
  }
  const votes = new Map<number, number>();
  for (const [index, line] of lines.entries()) {
    const found = line.length > 4 * COMPARED ? undefined : offsets.get(line.trim());
    if (found === undefined || found.used++ >= POSITIONS) continue;
    for (const offset of found.at) count(votes, Math.max(0, index - offset));
  }
  return [...votes]
    .toSorted((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, CANDIDATES)
    .map(([start]) => start);
}

function similar(lines: readonly string[], wanted: readonly string[]): number[] {
  const longest = wanted.reduce((best, line, index) => (line.trim().length > (wanted[best] ?? '').trim().length ? index : best), 0);
  const line = plain(wanted[longest] ?? '');
  if (line.length < 3) return [];
  const scores = lines
    .slice(0, SEARCHED_LINES)
    .map((other, index) => ({start: Math.max(0, index - longest), alike: lineAlike(line, plain(other.slice(0, 2 * COMPARED)))}));
  return scores
    .filter(({alike}) => alike >= ENOUGH)
    .toSorted((a, b) => b.alike - a.alike || a.start - b.start)
    .slice(0, CANDIDATES)
    .map(({start}) => start);
}

/** The mean over all written lines, blank ones left out. */
function alikeness(lines: readonly string[], wanted: readonly string[], start: number): number {
  const scores = wanted.flatMap((line, index) =>
    plain(line) === '' ? [] : [lineAlike(plain(line), plain((lines[start + index] ?? '').slice(0, 2 * COMPARED)))],
  );
  return scores.length === 0 ? 0 : Math.floor(scores.reduce((sum, score) => sum + score, 0) / scores.length);
}

/** Dice's coefficient over pairs of letters, in percent. */
function lineAlike(a: string, b: string): number {
  if (a === b) return 100;
  const [left, right] = [a.slice(0, COMPARED), b.slice(0, COMPARED)];
  if (left.length < 2 || right.length < 2 || left.length > 3 * right.length || right.length > 3 * left.length) return 0;
  const pairs = new Map<string, number>();
  for (let index = 0; index + 1 < left.length; index++) count(pairs, left.slice(index, index + 2));
  let common = 0;
  for (let index = 0; index + 1 < right.length; index++) {
    const pair = right.slice(index, index + 2);
    const rest = pairs.get(pair) ?? 0;
    if (rest > 0) {
      pairs.set(pair, rest - 1);
      common++;
    }
  }
  return Math.floor((200 * common) / (left.length + right.length - 2));
}

function count<Key>(times: Map<Key, number>, key: Key): void {
  times.set(key, (times.get(key) ?? 0) + 1);
}

function plain(line: string): string {
  return line.trim().replace(/\s+/g, ' ');
}

function commonLengths(a: readonly string[], b: readonly string[]): number[][] {
  const table = Array.from({length: a.length + 1}, () => Array.from({length: b.length + 1}, () => 0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = table[i];
      if (row !== undefined) row[j] = a[i] === b[j] ? (table[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(table[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return table;
}

function cut(line = ''): string {
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}

function shortened(diff: readonly string[]): string[] {
  return diff.length > 24 ? [...diff.slice(0, 24), `  … ${diff.length - 24} more lines`] : [...diff];
}
