import stringWidth from 'string-width';

/** One row of the screen, or a paragraph that is still to be wrapped. Never holds a newline or a control character. */
export type Line = readonly Span[];

export type Span = {text: string} & Style;

/** `link` is an address for terminals that can follow it. */
export type Style = {tone?: Tone; bold?: boolean; italic?: boolean; underline?: boolean; strike?: boolean; link?: string};

/** What a colour means; the terminal's own palette says what it looks like. */
export type Tone = 'accent' | 'good' | 'bad' | 'warning' | 'muted' | 'code';

export const span = (text: string, style: Style | Tone = {}): Span => (typeof style === 'string' ? {text, tone: style} : {text, ...style});

export const plain = (line: Line): string => line.map(({text}) => text).join('');

/** Columns that a text takes on a terminal: wide characters take two, combining marks none. */
export const widthOf = (text: string): number => stringWidth(text);

export const lineWidth = (line: Line): number => line.reduce((sum, {text}) => sum + widthOf(text), 0);
