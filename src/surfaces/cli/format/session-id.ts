/** For each id, how many of its first characters name it and no other: at least `least`. */
export function uniqueLengths(ids: readonly string[], least = 4): ReadonlyMap<string, number> {
  const sorted = ids.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const lengths = new Map<string, number>();
  for (const [index, id] of sorted.entries()) {
    const shared = Math.max(common(id, sorted[index - 1] ?? ''), common(id, sorted[index + 1] ?? ''));
    lengths.set(id, Math.min(id.length, Math.max(least, shared + 1)));
  }
  return lengths;
}

function common(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
