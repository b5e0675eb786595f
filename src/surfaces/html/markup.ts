/** A piece of HTML that is safe to write: made by `markup` alone, so that no text reaches a page without being escaped. */
export type Markup = {readonly html: string};

/** What stands between the literal parts: text is escaped, markup is not, and nothing is written for null. */
type Part = string | number | null | Markup | readonly Markup[];

// Not called `html`: what formats this code would format that, and every space of a page counts.
export const markup = (literal: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  html: literal.reduce((done, text, index) => done + written(parts[index - 1] ?? null) + text),
});

export const nothing: Markup = {html: ''};

/** A constant of this program, written as it is: a style sheet, a script. */
export const verbatim = (html: string): Markup => ({html});

export const joined = (pieces: readonly Markup[]): Markup => ({html: pieces.map(({html}) => html).join('')});

function written(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string') return part.replaceAll(/[&<>"']/g, char => entities[char] ?? '');
  if (typeof part === 'number') return String(part);
  return 'html' in part ? part.html : joined(part).html;
}

const entities: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'};
