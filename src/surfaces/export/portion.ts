/** A text in part: its beginning and end, and how much is left out between them; null where nothing is. */
export type Portion = {head: string; left: {characters: number; lines: number} | null; tail: string};

/** At most `limit` characters of a text, two thirds of them from its beginning. It is cut at line ends where they are near enough. */
export function portion(text: string, limit: number): Portion {
  if (text.length <= limit) return {head: text, left: null, tail: ''};
  const head = untilLineEnd(text.slice(0, whole(text, Math.ceil((limit * 2) / 3))));
  const tail = fromLineStart(text.slice(whole(text, text.length - Math.floor(limit / 3))));
  const between = text.slice(head.length, text.length - tail.length);
  return {head, left: {characters: between.length, lines: between.split('\n').length - (between.endsWith('\n') ? 1 : 0)}, tail};
}

/** How much of one text there is room for: what is long is written out in part, so that ten thousand of them still make a page that opens. */
export const room = (texts: number): number => Math.min(most, Math.max(least, Math.floor(together / Math.max(1, texts))));

const together = 24_000_000;
const most = 32_000;
const least = 2_000;

/** Not between the two halves of a character. */
const whole = (text: string, at: number): number => (/[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at + 1 : at);

function untilLineEnd(text: string): string {
  const end = text.lastIndexOf('\n') + 1;
  return end > text.length / 2 ? text.slice(0, end) : text;
}

function fromLineStart(text: string): string {
  const start = text.indexOf('\n') + 1;
  return start > 0 && start < text.length / 2 ? text.slice(start) : text;
}
