import {lookBehind} from './contexts.ts';
import {findTokens} from './find-tokens.ts';
import type {Text} from './match-format.ts';
import {keyBehind} from './private-key.ts';
import type {Secrets} from './secrets.ts';
import {merged, type Span} from './span.ts';
import {findUrlPasswords} from './url-password.ts';

/** What stands in a text from `from` on. Up to `safe` all is decided; `key` is where a private key begins before it, or null. */
export type Scanned = {spans: readonly Span[]; safe: number; key: number | null};

/**
 * What stands before `from` has been passed on already; it is looked at only for what it says of what follows. Every secret is found by
 * bytes at most `memory` before it, so that the chunks in which a stream comes make no difference.
 */
export function scan(text: Text, from: number, secrets: Secrets): Scanned {
  const found: Span[] = [];
  const looking = {text, from, spans: found};
  const decided = [findTokens(text, from, found), findUrlPasswords(looking), beginsKnown(text, from, secrets)];
  let key = Infinity;
  secrets.search(text, 0, (sought, start) => {
    if (sought.is === 'known') {
      if (start >= from) found.push({start, end: start + sought.word.length, kind: sought.kind, label: sought.label});
    } else if (sought.is === 'context') decided.push(lookBehind(sought, start, looking));
    else {
      const seen = keyBehind(start, from, text);
      if (seen === 'nothing') return;
      if ('at' in seen) key = Math.min(key, seen.at);
      else decided.push(seen.undecided);
    }
  });
  const first = Math.min(...decided);
  const spans = merged(found);
  if (key <= first) return {...cutAt(key, spans), key};
  return {...cutAt(first, spans), key: null};
}

export const memory = 256;

/** What begins before `limit` and reaches beyond it waits: more may come that overlaps it. */
function cutAt(limit: number, spans: readonly Span[]): {spans: readonly Span[]; safe: number} {
  const before = spans.filter(({start}) => start < limit);
  const last = before.at(-1);
  if (last === undefined || last.end <= limit) return {spans: before, safe: limit};
  return {spans: before.slice(0, -1), safe: last.start};
}

/** Where the longest beginning of a known value stands at the end of the text. */
function beginsKnown({bytes, length, ended}: Text, from: number, {byFirst, longest}: Secrets): number {
  if (ended) return length;
  for (let start = Math.max(from, length - longest + 1); start < length; start++) {
    const words = byFirst.get(bytes[start]!);
    const rest = length - start;
    if (words?.some(word => word.length > rest && bytes.compare(word, 0, rest, start, length) === 0) === true) return start;
  }
  return length;
}
