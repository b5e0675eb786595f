import type {GrepHit} from '../../ports/search.ts';

/**
 * A hit as a search shows it; in a line that pages cut it says at which byte it stands, for who wants to read there. `skipped` are bytes of the
 * line before what was searched.
 */
export function shownHit({text, at, kind, long}: GrepHit, skipped = 0): string {
  if (long !== undefined) return `${text} [column: ${skipped + long.match + 1}]`;
  const around = aroundMatch(text, at);
  return kind === 'match' && skipped + text.length > CUT
    ? `${around} [column: ${skipped + Buffer.byteLength(text.slice(0, at)) + 1}]`
    : around;
}

/** A line as a search shows it: whole where it is short, else the part around the match. `at` is where the match begins. */
function aroundMatch(text: string, at: number): string {
  if (text.length <= MOST) return text;
  const start = whole(text, Math.max(0, Math.min(at - BEFORE, text.length - MOST)));
  const end = whole(text, Math.min(text.length, start + MOST));
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
}

/** Longer ones are not shown whole in a page. */
const CUT = 2_000;
const MOST = 240;
const BEFORE = 60;

/** Not in the middle of a surrogate pair. */
function whole(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
