import {widthOf} from './line.ts';

/** What a person sees as one character, and the columns it takes. */
export type Character = {text: string; width: number};

/** A text as characters; plain ASCII, which most text is, needs no Unicode tables. */
export function characters(text: string): readonly Character[] {
  if (ascii.test(text)) return Array.from(text, char => ({text: char, width: char === '\n' ? 0 : 1}));
  segmenter ??= new Intl.Segmenter('und', {granularity: 'grapheme'});
  return Array.from(segmenter.segment(text), ({segment}) => ({text: segment, width: segment === '\n' ? 0 : widthOf(segment)}));
}

const ascii = /^[ -~\n]*$/;
let segmenter: Intl.Segmenter | null = null;
