import type {Node} from 'web-tree-sitter';

/** Builtins that evaluate words of theirs as arithmetic or as names, where an index runs what is substituted in it, quoted or not. */
export const EVALUATES = new Set(
  'let test [ [[ declare typeset local export readonly unset printf read mapfile readarray getopts wait shift'.split(' '),
);

/** Why such a command cannot be known before it runs; null where its words hold no substitution. */
export function evaluatesText([name, ...words]: readonly (string | null)[]): string | null {
  if (typeof name !== 'string' || !EVALUATES.has(name)) return null;
  return words.some(word => word !== null && holdsSubstitution(word)) ? `${name} evaluates its words again` : null;
}

export function holdsSubstitution(text: string): boolean {
  return /\$\(|`/u.test(text);
}

/** Whether a quoted or escaped text holds what would be a substitution if it were evaluated. */
export function hidesSubstitution({type, text}: Node): boolean {
  if (type === 'ansi_c_string') return /\\[xuU\d]|[$`]/u.test(text);
  return /^(raw_string|word|string_content)$/u.test(type) && holdsSubstitution(text.replaceAll('\\', ''));
}

/**
 * Whether an expansion evaluates what variables hold: arithmetic, an array's index, a part of a text from a place on, an indirect name, a
 * prompt. `$_` is the last word of the command before, so that any word may be such a value.
 */
export function evaluatesValues({type, text}: Node): boolean {
  switch (type) {
    case 'arithmetic_expansion':
      return !NUMBERS.test(text);
    case 'expansion':
      return !PLAIN.test(text);
    case 'subscript':
      return !/\[(\d+|[@*])\]$/u.test(text);
    case 'compound_statement':
      return text.startsWith('((');
    case 'c_style_for_statement':
      return true;
    default:
      return false;
  }
}

const NUMBERS = /^\$(\(\(|\[)[\s\d+*/%()<>=!&|^~?:,-]*(\)\)|\])$/u;
const PLAIN = /^\$\{#?(\w+|[@*#?$!-])(\[(\d+|[@*])\])?(:?[-+?][^]*|[#%/^,][^]*|:\s*-?\d+(:\s*-?\d+)?)?\}$/u;
