import {alphanumeric, digits, tokenBytes} from './byte-class.ts';
import {azureSecret, formats, shortestToken, type Format} from './formats.ts';
import {Judged} from './judged.ts';
import {matchFormat, type Reading, type Text} from './match-format.ts';
import type {Span} from './span.ts';
import type {Stretches} from './stretches.ts';

/** A text that is looked through from `from` on: what is found in it, and where what only later bytes decide begins. */
export type Looking = {text: Text; from: number; spans: Span[]; undecided: number[]; stretches: Stretches};

/**
 * Tokens of the known formats that begin at or after `from`. Every token is a stretch of at least twenty `tokenBytes`, so one byte in
 * twenty is looked at, and those before it only where it is one.
 */
export function findTokens({text, from, spans, undecided, stretches}: Looking): void {
  const {bytes, length} = text;
  const finding = {text, spans, undecided, stretches, judged: new Judged<Format>()};
  let start = from;
  while (start + shortestToken <= length) {
    let at = start + shortestToken - 1;
    while (at >= start && kinds[bytes[at]!] !== other) at--;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    const end = endOf(start, text);
    lookAlong({start, end}, finding);
    start = end + 1;
  }
  if (!text.ended && start < length) lookAlong(lastStretch(text, start), finding);
}

type Finding = Reading & Pick<Looking, 'spans' | 'undecided'>;

/** The beginning of a token may stand at the end of what has come so far. */
function lastStretch({bytes, length}: Text, from: number): Stretch {
  let start = length;
  while (start > from && kinds[bytes[start - 1]!] !== other) start--;
  return {start, end: length};
}

function endOf(start: number, {bytes, length}: Text): number {
  let end = start;
  while (end < length && kinds[bytes[end]!] !== other) end++;
  return end;
}

type Stretch = {start: number; end: number};

function lookAlong({start, end}: Stretch, finding: Finding): void {
  const {bytes} = finding.text;
  const opening = Math.min(end, start + longestEscape);
  for (let at = start; at < opening; at++) if (mayBegin(at, bytes) && isBoundary(bytes, at)) lookAt(at, finding);
  for (let at = opening; at < end; at++) if (kinds[bytes[at - 1]!] === separator && mayBegin(at, bytes)) lookAt(at, finding);
}

function mayBegin(at: number, bytes: Buffer): boolean {
  return byFirst[bytes[at]!] !== 0 || bytes[at - 1] === tilde;
}

function lookAt(at: number, finding: Finding): void {
  const {bytes, length} = finding.text;
  const group = at + 1 < length ? byPair[(bytes[at]! << 8) | bytes[at + 1]!]! : byFirst[bytes[at]!]!;
  const candidates = bytes[at - 1] === tilde ? [azureSecret] : group === 0 ? [] : groups[group - 1]!;
  for (const format of candidates) {
    const seen = matchFormat(format, at, finding);
    if (seen === 'undecided') finding.undecided.push(at);
    else if (seen !== 'nothing') finding.spans.push({start: at, end: seen.end, kind: format.kind});
  }
}

/** A token begins a word; a colour (`ESC[32m`) and an escaped line end (`\n` in JSON) end one too, though with a letter. */
function isBoundary(bytes: Buffer, at: number): boolean {
  if (alphanumeric[bytes[at - 1]!] === 0 || bytes[at - 2] === backslash) return true;
  let before = at - 2;
  while (at - before <= 4 && digits[bytes[before]!] === 1) before--;
  return digits[bytes[at - 1]!] === 0 && (bytes[before] === bracket || bytes[before] === semicolon);
}

/** Bytes at the beginning of a stretch that may still belong to an escape before it. */
const longestEscape = 5;
const other = 0;
const within = 1;
const separator = 2;
const [backslash, bracket, semicolon, tilde] = [0x5c, 0x5b, 0x3b, 0x7e];

/** Each byte's kind: no part of a token, a letter or digit, or what may stand between the words of one. */
const kinds = tokenBytes.map((member, byte) => (member === 0 ? other : alphanumeric[byte] === 1 ? within : separator));
const groups: Format[][] = [];
const byPair = new Uint8Array(65_536);
const byFirst = new Uint8Array(256);

/** The formats by their first two bytes, and by their first alone for a text that ends there. */
for (const format of formats) {
  const [prefix] = format.parts;
  if (typeof prefix !== 'string' || prefix.length < 2) throw new Error(`the format ${format.kind} has no prefix`);
  file(byPair, (prefix.charCodeAt(0) << 8) | prefix.charCodeAt(1), format);
  file(byFirst, prefix.charCodeAt(0), format);
}

function file(table: Uint8Array, slot: number, format: Format): void {
  table[slot] ||= groups.push([]);
  groups[table[slot] - 1]!.push(format);
}
