import {withoutSequences} from '../../core/text/terminal-sequences.ts';
import {visible} from '../../core/text/visible.ts';

/**
 * Text from a model, a file or a program, fit to be read anywhere: escape sequences are taken out; other control characters, and those that reorder what is around
 * them, are written out as `\x07` or `\u202e`. Joiners and selectors, which only shape text, stay.
 */
export const readable = (text: string): string => withoutSequences(text.toWellFormed()).replaceAll('\r\n', '\n').replaceAll(unfit, visible);

const unfit = new RegExp(
  String.raw`[\u{0}-\u{8}\u{B}-\u{1F}\u{7F}-\u{9F}\u{61C}\u{200E}\u{200F}\u{2028}-\u{202E}\u{2066}-\u{2069}\u{FFF9}-\u{FFFB}\u{E0000}-\u{E007F}]`,
  'gu',
);
