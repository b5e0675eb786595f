/** The names most like this one, best first: what the user may have meant. */
export function nearest(name: string, names: readonly string[], most = 3): string[] {
  const wanted = plain(name);
  return names
    .map(each => ({each, far: distance(wanted, plain(each))}))
    .filter(({each, far}) => far <= Math.max(3, wanted.length / 2) || plain(each).includes(wanted))
    .toSorted((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({each}) => each);
}

function plain(name: string): string {
  return name.slice(name.indexOf('/') + 1).toLowerCase();
}

/** Edits (Levenshtein) from one to the other. */
function distance(from: string, to: string): number {
  let row = Array.from({length: to.length + 1}, (_, k) => k);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === to[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
