import {isUtf8} from 'node:buffer';
import {withoutSequences} from '../text/terminal-sequences.ts';

/** Text as a model can read it. `broken` where bytes that are not UTF-8 became U+FFFD. */
export type Readable = {text: string; broken: boolean};

/**
 * Makes the bytes of a view readable; the stored bytes never change. Escape sequences of terminals (colours, cursor, titles, links) are taken
 * out. Every other control byte stands as its picture (NUL as ␀), so that nothing is hidden; tab, newline and the `\r` of a line's end stay.
 */
export function readable(bytes: Buffer): Readable {
  const text = bytes.toString('utf8');
  const broken = text.includes('\ufffd') && !isUtf8(bytes);
  return {text: odd.test(text) ? withoutSequences(text).replace(controls, picture) : text, broken};
}

/** How many characters no text would have: control characters that are not layout, and what is not UTF-8. */
export function oddCharacters(text: string): number {
  return text.match(neverText)?.length ?? 0;
}

function picture(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : `⟨U+00${code.toString(16).toUpperCase()}⟩`;
}

// Built from strings, since a linter rightly suspects control characters in a literal.
const odd = new RegExp('[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]');
const controls = new RegExp('\\r(?!\\n|$)|[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]', 'g');
const neverText = new RegExp('[\\u0000-\\u0007\\u000b\\u000e-\\u001a\\u001c-\\u001f\\u007f-\\u009f\\ufffd]', 'g');
