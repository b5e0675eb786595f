import {printable} from '../printable.ts';

/** A session's title: a name to find it by, so that escape sequences are left out of it. */
export const titleLine = (text: string): string => printable(text).replaceAll(/\s+/g, ' ').trim();
