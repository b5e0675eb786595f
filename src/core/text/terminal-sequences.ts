/** Text without the escape sequences of terminals: colours, cursor, titles, links. */
export const withoutSequences = (text: string): string => text.replaceAll(sequences, '');

// Built from strings, since a linter rightly suspects control characters in a literal.
const escape = '\\u001b';
const sequences = new RegExp(
  [
    `${escape}\\[[0-?]*[ -/]*[@-~]`,
    // A title or link without its end would take the rest of the line with it: it is left standing.
    `${escape}[\\]PX^_][^\\u0007\\u001b\\n]*(?:\\u0007|${escape}\\\\)`,
    `${escape}[ -/]+[0-~]`,
    `${escape}[0-OQ-WYZ\\\\\`-~]`,
  ].join('|'),
  'g',
);
