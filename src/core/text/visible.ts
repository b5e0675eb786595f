/**
 * Text that somebody decides by, on one line: what a terminal obeys or hides (control characters, marks that turn the direction, characters
 * without a shape) is written out as `\x1b` or `\u202e`, never dropped, so that what is read is what is there.
 */
export const visible = (text: string): string => text.toWellFormed().replaceAll(UNSEEN, written);

/** The same for a text of several lines: line ends and tabs stay. */
export const visibleLines = (text: string): string =>
  text.toWellFormed().replaceAll(UNSEEN, char => (plain.has(char) ? char : written(char)));

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

const UNSEEN = new RegExp(
  `[${[
    String.raw`\u{0}-\u{1F}\u{7F}-\u{9F}\u{AD}\u{61C}\u{200B}-\u{200F}\u{2028}-\u{202E}\u{2060}-\u{206F}\u{FEFF}\u{FFF0}-\u{FFFB}`,
    // Joiners, fillers and selectors without a shape, marks of notation, and tags.
    String.raw`\u{34F}\u{115F}\u{1160}\u{17B4}\u{17B5}\u{180B}-\u{180F}\u{3164}\u{FFA0}`,
    String.raw`\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}`,
  ].join('')}]`,
  'gu',
);
