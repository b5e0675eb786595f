/**
 * Whether a value is too plain to be masked: masking `development` or `localhost:3000` wherever it is printed would hide what is no secret.
 * `sure` says that its name leaves no doubt; then only what no password looks like, and what is easily guessed, is plain. Under eight characters everything is.
 */
export function isPlain(value: string, sure: boolean): boolean {
  if (value.length < 8 || new Set(value).size < 5 || isSequence(value)) return true;
  if (never.some(shape => shape.test(value))) return true;
  if (!sure && [...usual, ...places].some(shape => shape.test(value))) return true;
  if (chunksOf(value).some(isRandom)) return false;
  if (places.some(shape => shape.test(value)) || relativePath.test(value)) return true;
  if (!sure) return true;
  // Words and no more: only many of them are hard to guess.
  if (words.test(value)) return value.replaceAll(/[^a-z]/gi, '').length < 20 || known.test(value);
  return known.test(value) || (kindsOf(value) < 3 && value.replaceAll(/\D/g, '').length < 12);
}

/** Letters, with a sign between two words at most: one that may be missing would make a long word cost more than its length. */
const words = /^[A-Za-z]+(?:[-_. ][A-Za-z]+)*\d{0,4}$/;

/** What is no password: an address, a moment, a digest, and what stands for a value that comes from elsewhere. */
const never: readonly RegExp[] = [
  /^(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?(?:\/\d+)?$/,
  /^localhost:\d{1,5}$/,
  /^\d{4}-\d\d-\d\d(?:[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?)?$/,
  /^(?:[^\s@]+@)?sha(?:1|256|384|512)[:-][\w+/=-]+$/,
  /^\$(?:[A-Z_][A-Z\d_]*|\{\w+\}|\(\w+\))$/,
  /^\{\{ ?[\w.]+ ?\}\}$/,
  /^<[a-z]+(?:[ _-][a-z]+)*\d{0,2}>$/i,
];

/** What everybody's configuration holds. */
const usual: readonly RegExp[] = [
  /^[\d.,:_+\-/ T]+Z?$/,
  /^v?\d+\.\d+[\w.+-]*$/,
  /^[\w.-]+(?::\d{1,5})$/,
  /^(?:[a-z\d-]{1,20}\.)+[a-z]{2,}(?::\d{1,5})?$/i,
  /^[\w.+-]+@[\w-]+(?:\.[\w-]+)*$/,
  /^#[\da-f]{3,8}$/i,
  /^\$\{?\w+\}?$/,
  /^<[^>]*>$/,
  /\bsha(?:1|256|512)[:-]/,
];

/** Where something is. A key in base64 may look like it: where the name is that of a secret, only what reads like words is a path. */
const places: readonly RegExp[] = [/^(?:~|\.{1,2})?(?:\/[\w.@+,: -]*)+$/, /^[A-Za-z]:[\\/]/];
const relativePath = /^[\w.@+-]+(?:\/[\w.@+-]+)+\/?$/;

/** Whether one stretch of letters and digits reads like no word: it changes between capitals, small letters and digits all the time. */
function isRandom(chunk: string): boolean {
  if (chunk.length < 10 || new Set(chunk.toLowerCase()).size < 6) return false;
  const pieces = chunk.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g) ?? [];
  const kinds = kindsOf(chunk);
  if (kinds === 1) return /^[a-z]+$/i.test(chunk) && (chunk.length >= 16 ? isUnspeakable(chunk) : false);
  return chunk.length / pieces.length <= 2.9 && (chunk.length >= 16 || pieces.length >= 5);
}

/** No language has so few vowels, or so many consonants in a row. */
function isUnspeakable(letters: string): boolean {
  return letters.replaceAll(/[^aeiouy]/gi, '').length / letters.length < 0.2 || /[bcdfghjklmnpqrstvwxz]{6}/i.test(letters);
}

function chunksOf(value: string): readonly string[] {
  return value.match(/[A-Za-z\d]+/g) ?? [];
}

function kindsOf(value: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter(kind => kind.test(value)).length;
}

/** A longer one has been thought about. */
function isSequence(value: string): boolean {
  if (value.length > 16) return false;
  const codes = Array.from(value.toLowerCase(), character => character.codePointAt(0) ?? 0);
  return codes.slice(1).filter((code, index) => Math.abs(code - codes[index]!) <= 1).length >= codes.length * 0.7;
}

/** The first passwords that anybody tries are masked nowhere: they are words of every manual. */
const known =
  /^(?:password|passw0rd|changeme|change-?me|letmein|welcome|administrator|postgres|qwerty|secret|iloveyou|example|your|default)/i;
