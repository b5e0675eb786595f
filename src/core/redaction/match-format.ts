import {alphanumeric} from './byte-class.ts';
import type {Format, Part} from './formats.ts';
import type {Judged} from './judged.ts';
import type {Sighting} from './span.ts';
import type {Stretches} from './stretches.ts';

/** Bytes [0, length) of a buffer; `ended` says that no more will come. */
export type Text = {bytes: Buffer; length: number; ended: boolean};

/** A text, and what is known of it already. */
export type Reading = {text: Text; stretches: Stretches; judged: Judged<Format>};

/** Whether a token of this format stands at `start`. It is no token where another letter or digit follows it. */
export function matchFormat(format: Format, start: number, {text, stretches, judged}: Reading): Sighting {
  let at = start;
  for (const part of format.parts) {
    const end = typeof part === 'string' ? afterLiteral(part, at, text) : afterStretch(part, at, {text, stretches});
    if (typeof end === 'string') return end === 'undecided' && !stands(format, start, text) ? 'nothing' : end;
    at = end;
  }
  if (at < text.length && alphanumeric[text.bytes[at]!] === 1) return 'nothing';
  if (at === text.length && !text.ended) return stands(format, start, text) ? 'undecided' : 'nothing';
  if (!stands(format, start, text)) return 'nothing';
  if (judged.before(format, {start, end: at})) return 'nothing';
  const token = text.bytes.toString('latin1', start, at);
  const varied = isVaried(token, format);
  const holds = varied && (format.holds?.(token) ?? true);
  if (holds || !varied) judged.remember(format, {start, end: at});
  return holds ? {end: beforeStop(at, text)} : 'nothing';
}

/** The full stop of a sentence is none of the token's, though it could be. */
function beforeStop(end: number, {bytes}: Text): number {
  return bytes[end - 1] === stop ? end - 1 : end;
}

const stop = 0x2e;

function afterLiteral(part: string, at: number, {bytes, length, ended}: Text): number | 'nothing' | 'undecided' {
  for (let index = 0; index < part.length; index++) {
    if (at + index >= length) return ended ? 'nothing' : 'undecided';
    if (bytes[at + index] !== part.charCodeAt(index)) return 'nothing';
  }
  return at + part.length;
}

function afterStretch(
  {of, least, most}: Exclude<Part, string>,
  at: number,
  {text: {length, ended}, stretches}: Pick<Reading, 'text' | 'stretches'>,
): number | 'nothing' | 'undecided' {
  const end = stretches.end(of, at, Math.min(length, at + most + 1));
  if (end - at > most) return 'nothing';
  if (end === length && !ended) return 'undecided';
  return end - at < least ? 'nothing' : end;
}

function stands({after}: Format, start: number, {bytes}: Text): boolean {
  return after === undefined || after.test(bytes.toString('latin1', Math.max(0, start - 16), start));
}

/** `ghp_xxxxxxxx…` in a manual is no token. */
function isVaried(token: string, {parts}: Format): boolean {
  const [prefix] = parts;
  return hasVariety(token.slice(typeof prefix === 'string' ? prefix.length : 0));
}

/** Whether there are six different characters, as in every secret. */
export function hasVariety(text: string): boolean {
  const seen = new Set<string>();
  for (const character of text) if (seen.add(character).size >= 6) return true;
  return false;
}
