/** A secret in bytes [start, end). `label` is its placeholder where that is known already; else it is made of the kind and the bytes. */
export type Span = {start: number; end: number; kind: string; label?: Uint8Array};

/** What stands at a place: a secret, nothing, or what only later bytes decide. Then the bytes from `from` on are held back. */
export type Sighting = {end: number} | 'nothing' | 'undecided';

/** In order and disjoint: what overlaps becomes one secret of the first one's kind, so that no end of the later one is left standing. */
export function merged(spans: Span[]): Span[] {
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last === undefined || span.start >= last.end) result.push(span);
    else if (span.end > last.end) result[result.length - 1] = {start: last.start, end: span.end, kind: last.kind};
  }
  return result;
}
