import {visible} from '../../../core/text/visible.ts';

/** A title, a path or a message in a list: on one line, and what a terminal would obey or hide is written out. */
export const oneLine = (text: string): string => visible(text.replaceAll(/[ \t\r\n]+/g, ' ').trim());
