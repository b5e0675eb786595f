/** The known word that was probably meant, at most two slips away and never all of the word; null where none is. */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: {name: string; slips: number} | null = null;
  for (const name of known) {
    const slips = distance(word.toLowerCase(), name);
    if (slips <= 2 && slips < name.length - 1 && slips < (best?.slips ?? 3)) best = {name, slips};
  }
  return best?.name ?? null;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
export function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({length: to.length + 1}, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      const steps = [(row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1)];
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) steps.push((beforeLast[j - 2] ?? 0) + 1);
      row.push(Math.min(...steps));
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length] ?? 0;
}
