import type {Hmac} from 'node:crypto';
import {base64} from './byte-class.ts';
import type {Text} from './match-format.ts';
import type {Stretches} from './stretches.ts';

/** The first word of a key's first line, and that line as a whole. */
export const keyWord = '-----BEGIN ';
const opening = /-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----/y;

/**
 * Where the text of a private key begins behind a `-----BEGIN … PRIVATE KEY-----` at `start`: its first stretch of 32 or more letters and
 * digits of all kinds, within the next 1,024 bytes. Source code that only names the line has none, and is left alone.
 */
export function keyBehind(start: number, {text, from, stretches, gone}: KeySearch): {at: number} | 'nothing' | {undecided: number} {
  const {bytes, length, ended} = text;
  opening.lastIndex = 0;
  const opened = opening.exec(bytes.toString('latin1', start, Math.min(length, start + 80)));
  if (opened === null) return 'nothing';
  const begin = start + opened[0].length;
  const limit = Math.min(length, begin + widestGap);
  let at = Math.max(begin, gone.to);
  for (; at < limit; gone.steps++) {
    if (isEnd(bytes, at)) break;
    const end = stretches.end(base64, at, length);
    if (end === at) {
      at++;
      continue;
    }
    if (end === length && !ended && end - at < enough) break;
    const first = textFrom(at, bytes);
    if (end - first >= firstLine && isKeyText(bytes.toString('latin1', first, Math.min(end, first + enough)))) {
      gone.to = at;
      return first >= from ? {at: first} : 'nothing';
    }
    at = end;
  }
  gone.to = at;
  if (at < limit && isEnd(bytes, at)) return 'nothing';
  return !ended && begin >= from && length - begin < widestGap + enough ? {undecided: begin} : 'nothing';
}

/** First lines are to be given in their order. Between the first of them and `to` no key begins and none ends. */
export type KeySearch = {text: Text; from: number; stretches: Stretches; gone: {to: number; steps: number}};

/** A private key that has begun and is being masked. Held back are at most the bytes since its last line, about a thousand. */
export type OpenKey = {hmac: Hmac; inLine: boolean};

/**
 * Goes along an open key from `from` (its beginning, or the end of its last line). It ends with the line before `-----END`; or, where that
 * does not come within 1,024 bytes of its last line, with that line; or with the text. `at` is how far it surely goes.
 */
export function followKey(key: OpenKey, from: number, text: Text): {done: boolean; at: number} {
  const {bytes, length, ended} = text;
  let sure = from;
  for (let at = from; at < length;) {
    const goesOn = key.inLine;
    key.inLine = false;
    if (bytes[at] === dash && length - at < endMark.length && !ended) break;
    if (isEnd(bytes, at)) return {done: true, at: lineBefore(at, sure, bytes)};
    if (at - sure > widestGap) return {done: true, at: sure};
    const end = afterStretch(at, text);
    if (end - at >= line || (goesOn && end > at)) {
      key.hmac.update(bytes.subarray(goesOn ? at : textFrom(at, bytes), end));
      sure = end;
      key.inLine = end === length;
    } else if (end === length && end > at && !ended) break;
    at = Math.max(end, at + 1);
  }
  if (!ended) return {done: false, at: sure};
  return {done: true, at: isRestOfKey(sure, text) ? length : sure};
}

const firstLine = 32;
const enough = 200;
const line = 16;
const widestGap = 1_024;
const [dash, backslash] = [0x2d, 0x5c];
const endMark = Buffer.from('-----END');

function afterStretch(at: number, {bytes, length}: Text): number {
  let end = at;
  while (end < length && base64[bytes[end]!] === 1) end++;
  return end;
}

/** In JSON a line of a key begins with an escaped line end, `\n`. */
function textFrom(at: number, bytes: Buffer): number {
  return bytes[at - 1] === backslash ? at + 1 : at;
}

function isEnd(bytes: Buffer, at: number): boolean {
  return bytes[at] === dash && bytes.subarray(at, at + endMark.length).equals(endMark);
}

function isKeyText(stretch: string): boolean {
  return /[a-z]/.test(stretch) && /[A-Z]/.test(stretch) && /\d/.test(stretch);
}

/** The end of the last line before `-----END`: a line number or a mark of a difference before it stays. */
function lineBefore(end: number, sure: number, bytes: Buffer): number {
  const newline = bytes.lastIndexOf(0x0a, end - 1);
  if (newline > sure) return bytes[newline - 1] === 0x0d ? newline - 1 : newline;
  if (newline === sure) return sure;
  const escaped = bytes.lastIndexOf(backslash, end - 1);
  return escaped >= sure ? escaped : end;
}

/** Where the text ends within a key, its last and shorter line belongs to it. */
function isRestOfKey(sure: number, {bytes, length}: Text): boolean {
  for (let at = sure; at < length; at++) if (base64[bytes[at]!] === 0 && bytes[at]! > 0x20) return false;
  return true;
}
