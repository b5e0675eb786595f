/** A piece of HTML that is safe to write: made by `html` alone, so that no text reaches a page without being escaped. */
export type Markup = {readonly markup: string};

/** What stands between the literal parts: text is escaped, markup is not, and nothing is written for null. */
type Part = string | number | null | Markup | readonly Markup[];

export const html = (literal: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: literal.reduce((done, text, index) => done + written(parts[index - 1] ?? null) + text),
});

export const nothing: Markup = {markup: ''};

/** A constant of this program, written as it is: a style sheet, a script. */
export const verbatim = (markup: string): Markup => ({markup});

export const joined = (pieces: readonly Markup[]): Markup => ({markup: pieces.map(({markup}) => markup).join('')});

function written(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string') return part.replaceAll(/[&<>"']/g, char => entities[char] ?? '');
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : joined(part).markup;
}

const entities: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'};
