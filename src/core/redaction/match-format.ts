import {alphanumeric} from './byte-class.ts';
import type {Format, Part} from './formats.ts';
import type {Sighting} from './span.ts';

/** Bytes [0, length) of a buffer; `ended` says that no more will come. */
export type Text = {bytes: Buffer; length: number; ended: boolean};

/** Whether a token of this format stands at `start`. It is no token where another letter or digit follows it. */
export function matchFormat(format: Format, start: number, text: Text): Sighting {
  let at = start;
  for (const part of format.parts) {
    const end = typeof part === 'string' ? afterLiteral(part, at, text) : afterStretch(part, at, text);
    if (typeof end === 'string') return end === 'undecided' && !stands(format, start, text) ? 'nothing' : end;
    at = end;
  }
  if (at < text.length && alphanumeric[text.bytes[at]!] === 1) return 'nothing';
  if (at === text.length && !text.ended) return stands(format, start, text) ? 'undecided' : 'nothing';
  if (!stands(format, start, text)) return 'nothing';
  const token = text.bytes.toString('latin1', start, at);
  return isVaried(token, format) && (format.holds?.(token) ?? true) ? {end: at} : 'nothing';
}

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
  {bytes, length, ended}: Text,
): number | 'nothing' | 'undecided' {
  const limit = Math.min(length, at + most + 1);
  let end = at;
  while (end < limit && of[bytes[end]!] === 1) end++;
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
  return new Set(token.slice(typeof prefix === 'string' ? prefix.length : 0)).size >= 6;
}
