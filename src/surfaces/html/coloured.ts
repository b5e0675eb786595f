import {readable} from '../export/readable.ts';
import {markup, joined, type Markup} from './markup.ts';

/** What a program printed: the sixteen colours, bold, faint, italic and underlined stay; every other sequence of a terminal is taken out. */
export function coloured(text: string): Markup {
  if (!text.includes('\u001B[')) return markup`${readable(text)}`;
  let look = plain;
  return joined(
    text.split(colour).map((part, index) => {
      if (index % 2 === 1) look = changed(look, part);
      return index % 2 === 1 ? markup`` : styled(readable(part), look);
    }),
  );
}

type Look = {colour: string; bold: boolean; faint: boolean; italic: boolean; underlined: boolean};

const plain: Look = {colour: '', bold: false, faint: false, italic: false, underlined: false};

const colour = /\u001B\[([\d;]*)m/;

function changed(look: Look, codes: string): Look {
  const numbers = codes.split(';').map(Number);
  let next = look;
  for (let at = 0; at < numbers.length; at++) {
    const code = numbers[at] ?? 0;
    // Of the larger palettes only the sixteen are known; their arguments are no codes of their own.
    if (code === 38 || code === 48 || code === 58) {
      if (code === 38 && numbers[at + 1] === 5) next = {...next, colour: named(numbers[at + 2] ?? 0)};
      at += numbers[at + 1] === 2 ? 4 : 2;
    } else next = code === 0 ? plain : {...next, ...meaning(code)};
  }
  return next;
}

function meaning(code: number): Partial<Look> {
  if (code >= 30 && code <= 37) return {colour: named(code - 30)};
  if (code >= 90 && code <= 97) return {colour: named(code - 90)};
  return others[code] ?? {};
}

const named = (number: number): string => (number < 16 ? `c${number % 8}` : '');

const others: Readonly<Record<number, Partial<Look>>> = {
  1: {bold: true},
  2: {faint: true},
  3: {italic: true},
  4: {underlined: true},
  22: {bold: false, faint: false},
  23: {italic: false},
  24: {underlined: false},
  39: {colour: ''},
};

function styled(text: string, {colour, bold, faint, italic, underlined}: Look): Markup {
  const classes = [colour, bold ? 'b' : '', faint ? 'f' : '', italic ? 'i' : '', underlined ? 'u' : ''].filter(Boolean).join(' ');
  return text === '' || classes === '' ? markup`${text}` : markup`<span class="${classes}">${text}</span>`;
}
