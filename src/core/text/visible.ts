/**
 * Text that somebody decides by, on one line: what a terminal obeys or hides (control characters, marks that turn the direction, characters
 * without a shape) is written out as `\x1b` or `\u202e`, never dropped, so that what is read is what is there.
 */
export const visible = (text: string): string => text.toWellFormed().replaceAll(UNSEEN, written);

/** The same for a text of several lines: line ends and tabs stay. */
export const visibleLines = (text: string): string => text.toWellFormed().replaceAll(UNSEEN, char => (plain.has(char) ? char : written(char)));

/** The last door before a terminal: control characters are written out; what only shapes text (joiners, direction) stays. */
export const visibleControls = (text: string): string => text.replaceAll(CONTROLS, char => (plain.has(char) ? char : written(char)));

/** Whether anything in a value, such as the arguments of a call, has to be written out to be seen. */
export function holdsUnseen(value: unknown): boolean {
  if (typeof value === 'string') return visibleLines(value) !== value;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, item]) => holdsUnseen(name) || holdsUnseen(item));
}

const plain = new Set(['\n', '\t']);

function written(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x1_00) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x1_00_00 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

const CONTROLS = /[\u0000-\u001F\u007F-\u009F]/g;

const UNSEEN =
  /[\u0000-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF0-\uFFFB\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]/gu;
