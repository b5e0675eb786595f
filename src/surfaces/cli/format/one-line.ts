import {printable} from '../printable.ts';

/** A title, a path or a message in a list: made safe for the terminal, and on one line. */
export const oneLine = (text: string): string => printable(text).replaceAll(/\s+/g, ' ').trim();
