import {inKeyOrder} from '../log/key-order.ts';
import type {Cut} from '../truncation/cutter.ts';
import type {Excerpt} from '../vocabulary/excerpt.ts';

/**
 * The fields of a receipt that are not as its view was cut again. What the stored bytes do not tell is left out: what came from which pipe, and what
 * was masked before it was stored. A field that the receipt does not have is one of a later format.
 */
export function fieldsThatDiffer(receipt: Excerpt, cut: Cut): readonly string[] {
  return Object.entries(cut)
    .filter(([field]) => field in receipt && !untold.has(field))
    .filter(([field, value]) => JSON.stringify(inKeyOrder(value)) !== JSON.stringify(inKeyOrder(receipt[field as keyof Excerpt])))
    .map(([field, value]) => `${field} is ${brief(receipt[field as keyof Excerpt])}, and ${brief(value)} when it is cut again`);
}

const untold: ReadonlySet<string> = new Set(['text', 'same', 'streams', 'redactions']);

/** The first byte in which two texts differ, and its line; null where they are the same. */
export function firstDifference(kept: Uint8Array, again: Uint8Array): {at: number; line: number} | null {
  const shorter = Math.min(kept.length, again.length);
  let line = 1;
  for (let at = 0; at < shorter; at++) {
    if (kept[at] !== again[at]) return {at, line};
    if (kept[at] === 0x0a) line++;
  }
  return kept.length === again.length ? null : {at: shorter, line};
}

function brief(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
