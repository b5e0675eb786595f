/** The names that are most like the one that is missing, best first: the same but for case, then by edit distance up to a third of its length. */
export function nearestNames(missing: string, names: readonly string[], most = 3): string[] {
  const wanted = missing.toLowerCase();
  const limit = Math.max(1, Math.floor(missing.length / 3));
  const scored = names.map(name => ({name, far: name.toLowerCase() === wanted ? -1 : distance(wanted, name.toLowerCase(), limit)}));
  return scored
    .filter(({far}) => far <= limit)
    .toSorted((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({name}) => name);
}

/** Letters put in, left out, changed, or swapped with their neighbour; anything over the limit is only "too far". */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let row = Array.from({length: b.length + 1}, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : changed;
      next.push(Math.min(changed, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}
