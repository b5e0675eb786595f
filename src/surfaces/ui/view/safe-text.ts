import {visibleLines} from '../../../core/text/visible.ts';

/**
 * Text from a model or a tool as it may stand on the screen: no escape sequence and no control character gets through but the newline, and
 * characters that reorder what is around them are shown as marks, so that what is read is what is there.
 */
export function safeText(text: string): string {
  const whole = text.toWellFormed();
  if (!odd.test(whole)) return whole;
  const bare = whole.replace(sequences, '').replace(/\r\n/g, '\n').replace(separators, '\n');
  return expandTabs(bare).replace(controls, '').replace(reordering, '\ufffd');
}

/** The same in one row: newlines become marks. */
export const safeLine = (text: string): string => safeText(text).replaceAll(/\s*\n\s*/g, ' ⏎ ');

/** What a call would do, to be decided by: nothing in it is dropped, and what a terminal obeys or hides is written out. */
export const shownLines = (text: string): string => expandTabs(visibleLines(text));

/** The last lines of a stream's end as a terminal would have left them: after a carriage return a line begins again. */
export function lastLines(text: string, count: number): readonly string[] {
  const lines = text.split('\n').map(line => safeLine(line.replace(/\r+$/, '').split('\r').at(-1) ?? ''));
  return lines.filter(line => line.trim() !== '').slice(-count);
}

function expandTabs(text: string): string {
  if (!text.includes('\t')) return text;
  return text
    .split('\n')
    .map(line => line.split('\t').reduce((done, part) => done + ' '.repeat(tabWidth - (done.length % tabWidth)) + part))
    .join('\n');
}

const tabWidth = 4;

// Built from strings, since a linter rightly suspects control characters in a literal.
const escape = '(?:\\u001b|\\u009b)';
const odd = new RegExp(
  '[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufff9-\\ufffb]|[\\u{e0000}-\\u{e007f}]',
  'u',
);
const controls = new RegExp('[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f]', 'g');
const reordering = new RegExp('[\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufff9-\\ufffb]|[\\u{e0000}-\\u{e007f}]', 'gu');
const separators = new RegExp('[\\u2028\\u2029]', 'g');
const sequences = new RegExp(
  [
    '(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]',
    // A title, link or device string: to its end, or to the end of the line where it has none.
    '(?:\\u001b[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0007\\u001b\\u009c\\n]*(?:\\u0007|\\u001b\\\\|\\u009c)?',
    `${escape}[ -/]+[0-~]`,
    `${escape}[0-OQ-WYZ\\\\\`-~]`,
  ].join('|'),
  'g',
);
