import {formsOf} from '../redaction/forms.ts';
import {placeholder} from '../redaction/placeholder.ts';

/** A value that is to be found wherever it stands, and what takes its place. */
export type Leaked = {
  label: Buffer;
  /** In bytes as Latin-1: every form of it, also with colours in between. */
  pattern: RegExp;
  value: Buffer;
  /** No match is longer. */
  longest: number;
};

/** Bytes [start, end) that hold the value, or what a cut left of it. */
export type Place = {start: number; end: number};

/** Shorter ones stand in too much that has nothing to do with them. */
export const leastBytes = 6;

/** `value` has at least `leastBytes` bytes. The key is the home's, so that the placeholder is the one that the value gets elsewhere. */
export function leakedValue(value: string, key: Uint8Array): Leaked {
  const bytes = Buffer.from(value);
  if (bytes.length < leastBytes) throw new RangeError(`a value of ${bytes.length} bytes would be found everywhere`);
  const forms = writtenForms(value);
  const pattern = new RegExp(forms.map(form => patternOf(form)).join('|'), 'g');
  const longest = Math.max(...forms.map(form => form.length * (form.length > mostColoured ? 2 : 1 + mostColours * colourBytes)));
  return {label: Buffer.from(placeholder(kind, value, key)), pattern, value: bytes, longest};
}

/** Where the value stands in these bytes. At the end of the text, and at a mark of what was cut out, a part of it is enough. */
export function placesIn(bytes: Buffer, {pattern, value}: Leaked, ended: boolean): readonly Place[] {
  const places: Place[] = [];
  for (const match of bytes.toString('latin1').matchAll(pattern)) places.push({start: match.index, end: match.index + match[0].length});
  for (const {at, end} of cuts(bytes)) {
    const before = longestEnd(bytes.subarray(0, at), value);
    if (before > 0) places.push({start: at - before, end: at});
    const after = longestBeginning(bytes.subarray(end), value);
    if (after > 0) places.push({start: end, end: end + after});
  }
  const rest = ended ? longestEnd(bytes, value) : 0;
  if (rest > 0) places.push({start: bytes.length - rest, end: bytes.length});
  return merged(places);
}

const kind = 'removed';
const mostColoured = 256;
const mostColours = 4;
const colourBytes = 21;
/** Fewer bytes of a value do not give it away, and stand elsewhere by chance. */
const leastPart = 8;

/** Longest first, so that no part of a longer one stays. JSON is written into JSON: arguments of a call in the response that holds them. */
function writtenForms(value: string): readonly string[] {
  const escaped = (text: string) => JSON.stringify(text).slice(1, -1);
  const ascii = escaped(value).replace(/[^\u0000-\u007f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const forms = [value, ...formsOf(value), escaped(value), escaped(escaped(value)), escaped(escaped(escaped(value))), ascii];
  const latin1 = forms.map(form => Buffer.from(form).toString('latin1'));
  return [...new Set(latin1)].toSorted((a, b) => b.length - a.length);
}

function patternOf(form: string): string {
  const between = form.length > mostColoured ? '' : `(?:\\x1b\\[[0-?]{0,16}[ -/]{0,2}[@-~]){0,${mostColours}}`;
  return [...form].map(unit => (unit === '\n' ? '\\r?\\n' : `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`)).join(between);
}

/** The marks that the cutter, tools and lines of signatures leave where they cut something out. */
function* cuts(bytes: Buffer): Generator<{at: number; end: number}> {
  for (const mark of marks)
    for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + mark.length)) yield {at, end: at + mark.length};
}

const marks = ['⟨', '⟩', '…'].map(mark => Buffer.from(mark));
export const markBytes = 3;

function longestEnd(bytes: Buffer, value: Buffer): number {
  for (let length = Math.min(bytes.length, value.length - 1); length >= leastPart; length--)
    if (bytes.compare(value, 0, length, bytes.length - length) === 0) return length;
  return 0;
}

function longestBeginning(bytes: Buffer, value: Buffer): number {
  for (let length = Math.min(bytes.length, value.length - 1); length >= leastPart; length--)
    if (bytes.compare(value, value.length - length, value.length, 0, length) === 0) return length;
  return 0;
}

function merged(places: Place[]): readonly Place[] {
  const result: Place[] = [];
  for (const place of places.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || place.start >= last.end) result.push({...place});
    else last.end = Math.max(last.end, place.end);
  }
  return result;
}
