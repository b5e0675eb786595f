import {lookBehind, type Context} from './contexts.ts';
import {findTokens, type Looking} from './find-tokens.ts';
import {Judged} from './judged.ts';
import type {Text} from './match-format.ts';
import {keyBehind} from './private-key.ts';
import type {Secrets, Sought} from './secrets.ts';
import type {Span} from './span.ts';
import {Stretches} from './stretches.ts';
import {findUrlPasswords} from './url-password.ts';

/** What stands in a text: secrets, where what only later bytes decide begins, and where private keys begin. In no order. */
export type Scanned = {spans: Span[]; undecided: number[]; keys: number[]; steps: number};

/**
 * What stands before `from` has been passed on already; it is looked at only for what it says of what follows. Every secret is found by
 * bytes at most `memory` before it, so that the chunks in which a stream comes make no difference.
 */
export function scan(text: Text, from: number, secrets: Secrets): Scanned {
  const stretches = new Stretches(text.bytes);
  const looking: Looking = {text, from, spans: [], undecided: [], stretches};
  findTokens(looking);
  findUrlPasswords(looking);
  beginsKnown(looking, secrets);
  const words: {sought: Exclude<Sought, {is: 'known'}>; start: number}[] = [];
  secrets.search(text, 0, (sought, start) => {
    if (sought.is !== 'known') words.push({sought, start});
    else if (start >= from) looking.spans.push({start, end: start + sought.word.length, kind: sought.kind, label: sought.label});
  });
  const {keys, steps} = words.length === 0 ? noKeys() : lookBehindWords(words, looking);
  return {spans: looking.spans, undecided: looking.undecided, keys, steps: steps + stretches.steps};
}

export const memory = 256;

const noKeys = (): {keys: number[]; steps: number} => ({keys: [], steps: 0});

/** The search finds words in no order; in theirs, what was looked at for one need not be for the next. */
function lookBehindWords(
  words: {sought: Exclude<Sought, {is: 'known'}>; start: number}[],
  looking: Looking,
): {keys: number[]; steps: number} {
  const judged = new Judged<Context>();
  const gone = {to: 0, steps: 0};
  const keys: number[] = [];
  for (const {sought, start} of words.toSorted((a, b) => a.start - b.start)) {
    if (sought.is === 'context') {
      lookBehind(sought, start, {...looking, judged});
      continue;
    }
    const seen = keyBehind(start, {...looking, gone});
    if (seen === 'nothing') continue;
    if ('at' in seen) keys.push(seen.at);
    else looking.undecided.push(seen.undecided);
  }
  return {keys, steps: gone.steps};
}

/** Where the longest beginning of a known value stands at the end of the text. */
function beginsKnown({text: {bytes, length, ended}, from, undecided}: Looking, {byFirst, longest}: Secrets): void {
  if (ended) return;
  for (let start = Math.max(from, length - longest + 1); start < length; start++) {
    const words = byFirst.get(bytes[start]!);
    const rest = length - start;
    if (words?.some(word => word.length > rest && bytes.compare(word, 0, rest, start, length) === 0) === true)
      return void undecided.push(start);
  }
}
