/** A line as a search shows it: whole where it is short, else the part around the match. `at` is where the match begins. */
export function aroundMatch(text: string, at: number): string {
  if (text.length <= MOST) return text;
  const start = whole(text, Math.max(0, Math.min(at - BEFORE, text.length - MOST)));
  const end = whole(text, Math.min(text.length, start + MOST));
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
}

const MOST = 240;
const BEFORE = 60;

/** Not in the middle of a surrogate pair. */
function whole(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
