import type {Text} from './match-format.ts';

/** A word to be found, of at least `shortestWord` bytes. */
export type Entry = {word: Uint8Array};

const shortestWord = 7;

/**
 * Finds any of many words in one pass. After Wu and Manber (A fast algorithm for multi-pattern searching, 1994): a window
 * of seven bytes moves along the text, and the two bytes at its end say how far it may jump. `visit` is called with every entry whose word
 * stands wholly in [from, length).
 */
export function searchFor<E extends Entry>(entries: readonly E[]): Search<E> {
  const jumps = new Uint8Array(65_536).fill(shortestWord - 1);
  const atPair = new Map<number, {entry: E; offset: number}[]>();
  for (const entry of entries) {
    const offset = rarestWindow(entry.word);
    for (let end = 1; end < shortestWord; end++) lower(jumps, pairIn(entry.word, offset + end), shortestWord - 1 - end);
    const last = pairIn(entry.word, offset + shortestWord - 1);
    atPair.set(last, [...(atPair.get(last) ?? []), {entry, offset}]);
  }
  return (text, from, visit) => {
    const {bytes, length} = text;
    const look = (at: number): void => {
      for (const {entry, offset} of atPair.get((bytes[at - 1]! << 8) | bytes[at]!) ?? []) {
        const start = at - shortestWord + 1 - offset;
        if (start >= from && stands(entry.word, text, start)) visit(entry, start);
      }
    };
    const begin = from + shortestWord - 1;
    const third = Math.max(0, Math.floor((length - begin) / 3));
    let [one, two, three] = [begin, begin + third, begin + 2 * third];
    const [endOne, endTwo] = [two, three];
    // Three windows at once: each step waits for the memory that the one before it read, and the processor has other work meanwhile.
    while (one < endOne && two < endTwo && three < length) {
      const jumpOne = jumps[(bytes[one - 1]! << 8) | bytes[one]!]!;
      const jumpTwo = jumps[(bytes[two - 1]! << 8) | bytes[two]!]!;
      const jumpThree = jumps[(bytes[three - 1]! << 8) | bytes[three]!]!;
      if (jumpOne === 0) look(one++);
      if (jumpTwo === 0) look(two++);
      if (jumpThree === 0) look(three++);
      one += jumpOne;
      two += jumpTwo;
      three += jumpThree;
    }
    for (const [at, end] of [
      [one, endOne],
      [two, endTwo],
      [three, length],
    ] as const)
      walk(at, end, {bytes, jumps, look});
  };
}

type Walk = {bytes: Buffer; jumps: Uint8Array; look: (at: number) => void};

function walk(from: number, end: number, {bytes, jumps, look}: Walk): void {
  let at = from;
  while (at < end) {
    const jump = jumps[(bytes[at - 1]! << 8) | bytes[at]!]!;
    if (jump === 0) look(at++);
    at += jump;
  }
}

export type Search<E extends Entry> = (
  text: Pick<Text, 'bytes' | 'length'>,
  from: number,
  visit: (entry: E, start: number) => void,
) => void;

/** Of a long word only seven bytes are looked for: those that end in the fewest letters, since pairs of letters are everywhere. */
function rarestWindow(word: Uint8Array): number {
  let best = 0;
  for (let offset = 1; offset <= Math.min(word.length - shortestWord, 64); offset++)
    if (commonness(word, offset) < commonness(word, best)) best = offset;
  return best;
}

function commonness(word: Uint8Array, offset: number): number {
  const [first, second] = [word[offset + shortestWord - 2]!, word[offset + shortestWord - 1]!];
  const isLower = (byte: number): number => ((byte >= 0x61 && byte <= 0x7a) || byte === 0x20 ? 2 : byte >= 0x30 && byte <= 0x39 ? 1 : 0);
  return isLower(first) + isLower(second);
}

function pairIn(word: Uint8Array, end: number): number {
  return (word[end - 1]! << 8) | word[end]!;
}

function lower(jumps: Uint8Array, pair: number, to: number): void {
  if (jumps[pair]! > to) jumps[pair] = to;
}

function stands(word: Uint8Array, {bytes, length}: Pick<Text, 'bytes' | 'length'>, start: number): boolean {
  if (start + word.length > length) return false;
  for (let index = 0; index < word.length; index++) if (bytes[start + index] !== word[index]) return false;
  return true;
}
