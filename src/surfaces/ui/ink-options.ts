import type {RenderOptions} from 'ink';

/** How Ink draws each of the screens. */
export const inkOptions = {
  exitOnCtrlC: false,
  incrementalRendering: true,
  // Ink takes a terminal for none where CI is set.
  interactive: true,
  kittyKeyboard: {mode: 'auto', flags: ['disambiguateEscapeCodes']},
} satisfies RenderOptions;
