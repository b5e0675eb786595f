/** Which lines are wanted, and how many bytes the page may take. With `column` it is one line, from that byte of it on. All numbers begin at 1. */
export type PageRequest = {from: number; lines?: number | undefined; column?: number | undefined; budget: number};

/** Numbered lines `first` to `last`; where none was there, `last` is below `first`. `part` is set where a part of one line is shown. */
export type Page = {text: string; first: number; last: number; part?: {first: number; last: number; of: number}};

/** Gets the bytes of the lines that it wants, in any pieces, and `end` after each line. */
export type Collector = {
  wants: (line: number) => boolean;
  add: (bytes: Buffer) => void;
  end: (line: number) => void;
  full: () => boolean;
  finish: () => Page;
};

/** Whole lines while they fit. A very long one is cut in its middle, unless the page holds it whole all the same. */
export function lineCollector({from, lines = MOST_LINES, budget}: PageRequest): Collector {
  const most = Math.min(lines, MOST_LINES);
  const shown: HeldText[] = [];
  let held = heldLine(budget);
  let [used, overflown] = [0, false];
  const full = (): boolean => overflown || shown.length >= most;
  return {
    wants: line => line >= from && !full(),
    add: bytes => held.add(bytes),
    full,
    end(line) {
      const text = held.text(line);
      held = heldLine(budget);
      const cost = Buffer.byteLength(text.cut);
      overflown = shown.length > 0 && used + cost > budget;
      if (overflown) return;
      shown.push(text);
      used += cost;
    },
    finish() {
      const whole = shown.map(text => text.whole ?? text.cut).join('');
      const fits = Buffer.byteLength(whole) <= budget;
      return {text: fits ? whole : shown.map(text => text.cut).join(''), first: from, last: from + shown.length - 1};
    },
  };
}

/** One line from its byte `column` on, as much as the budget holds. */
export function partCollector({from, budget}: PageRequest, column: number): Collector {
  const parts: Buffer[] = [];
  let [seen, kept, ended] = [0, 0, false];
  return {
    wants: line => line === from && !ended,
    full: () => ended,
    add(bytes) {
      const part = bytes.subarray(Math.max(0, column - 1 - seen)).subarray(0, Math.max(0, budget - kept));
      if (part.length > 0) parts.push(Buffer.from(part));
      kept += part.length;
      seen += bytes.length;
    },
    end: () => (ended = true),
    finish: () => ({...partOf(Buffer.concat(parts), {line: from, column, of: seen}), last: ended ? from : from - 1}),
  };
}

/** The bytes of a line that stand from its byte `column` on, as a page. `of` is the length of the whole line. */
export function partOf(bytes: Buffer, {line, column, of}: {line: number; column: number; of: number}): Page {
  const start = firstWhole(bytes);
  const end = column - 1 + bytes.length < of ? lastWhole(bytes) : bytes.length;
  const part = {first: column + start, last: column - 1 + end, of};
  return {text: `${line}\t${bytes.toString('utf8', start, end)}\n`, first: line, last: line, part};
}

/** The cut policy of pages never shows more lines than this. */
const MOST_LINES = 3_900;
const LONG_LINE = 2_000;
const KEPT_HEAD = 1_200;
const KEPT_TAIL = 500;

/** `whole` is null where more than the page came. */
type HeldText = {whole: string | null; cut: string};

/** One line while it comes: its beginning, its end, and how long it is. */
function heldLine(budget: number): {add: (bytes: Buffer) => void; text: (number: number) => HeldText} {
  const head: Buffer[] = [];
  let tail = Buffer.alloc(0);
  let [length, kept] = [0, 0];
  return {
    add(bytes) {
      const part = Buffer.from(bytes.subarray(0, Math.max(0, budget - kept)));
      head.push(part);
      kept += part.length;
      length += bytes.length;
      tail = Buffer.concat([tail, bytes.subarray(-KEPT_TAIL)]).subarray(-KEPT_TAIL);
    },
    text(number) {
      const bytes = Buffer.concat(head);
      const whole = kept < length ? null : `${number}\t${bytes.toString('utf8').replace(/\r$/, '')}\n`;
      if (whole !== null && length <= LONG_LINE) return {whole, cut: whole};
      const first = bytes.toString('utf8', 0, lastWhole(bytes.subarray(0, KEPT_HEAD)));
      const last = tail.toString('utf8', firstWhole(tail)).replace(/\r$/, '');
      const left = length - Buffer.byteLength(first) - Buffer.byteLength(last);
      return {
        whole,
        cut: `${number}\t${first}[… ${left} bytes of this line left out; from: ${number}, column: ${Buffer.byteLength(first) + 1} …]${last}\n`,
      };
    },
  };
}

/** Where the first whole UTF-8 character begins, and where the last one ends. */
function firstWhole(bytes: Buffer): number {
  let at = 0;
  while (at < Math.min(3, bytes.length) && ((bytes[at] ?? 0) & 0xc0) === 0x80) at++;
  return at;
}

function lastWhole(bytes: Buffer): number {
  let at = bytes.length - 1;
  while (at > 0 && at > bytes.length - 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  const lead = bytes[at] ?? 0;
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return at < 0 ? 0 : at + size > bytes.length ? at : bytes.length;
}
