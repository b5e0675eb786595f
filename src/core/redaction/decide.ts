import type {Scanned} from './scan.ts';
import type {Span} from './span.ts';

/** Up to `safe` all is decided, `spans` are its secrets; `key` is where a private key begins before anything is undecided, or null. */
export type Decided = {spans: readonly Span[]; safe: number; key: number | null};

/**
 * Gives what is decided of a text from one place to the next private key or to what is undecided. To be asked for ascending places: what begins before one is gone.
 * `wholly` gives the last place at or before another where the text may be parted.
 */
export function decider(scanned: Scanned, length: number, wholly: (at: number) => number): (from: number) => Decided {
  const {undecided, keys} = scanned;
  // Of two that are the same the first found is the first taken.
  const spans = scanned.spans.toReversed().toSorted((a, b) => b.start - a.start || a.end - b.end);
  for (const places of [undecided, keys]) if (places.length > 1) places.sort((a, b) => b - a);
  return from => {
    while (spans.length > 0 && spans.at(-1)!.start < from) spans.pop();
    for (const places of [undecided, keys]) while (places.length > 0 && places.at(-1)! < from) places.pop();
    const first = Math.min(undecided.at(-1) ?? length, length);
    const key = keys.at(-1) ?? Infinity;
    const limit = wholly(Math.min(first, key));
    return {...cutAt(limit, mergedBefore(limit, spans), wholly), key: key <= first ? key : null};
  };
}

/** In order and disjoint: what overlaps becomes one secret of the first one's kind, so that no end of the later one is left standing. */
function mergedBefore(limit: number, descending: Span[]): Span[] {
  const result: Span[] = [];
  while (descending.length > 0 && descending.at(-1)!.start < limit) {
    const span = descending.pop()!;
    const last = result.at(-1);
    if (last === undefined || span.start >= last.end) result.push(span);
    else if (span.end > last.end) result[result.length - 1] = {start: last.start, end: span.end, kind: last.kind};
  }
  return result;
}

/** What begins before `limit` and reaches beyond it waits: more may come that overlaps it. */
function cutAt(limit: number, spans: Span[], wholly: (at: number) => number): {spans: readonly Span[]; safe: number} {
  let safe = limit;
  for (let last = spans.at(-1); last !== undefined && last.end > safe; last = spans.at(-1)) {
    safe = wholly(last.start);
    spans.pop();
  }
  return {spans, safe};
}
