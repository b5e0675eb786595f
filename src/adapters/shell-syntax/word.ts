import type {Node} from 'web-tree-sitter';

/** A word as the command gets it, quotes removed; null where the shell may make something else of it. */
export function wordOf(node: Node): string | null {
  switch (node.type) {
    case 'word':
    case 'number':
    case 'file_descriptor':
    case 'test_operator':
    case 'variable_name':
    case 'special_variable_name':
    case 'regex':
      return unquoted(node.text);
    case 'raw_string':
      return node.text.slice(1, -1);
    case 'ansi_c_string':
      return ansi(node.text.slice(2, -1));
    case 'string':
      return quoted(node);
    case 'concatenation':
      return joined(node);
    default:
      return null;
  }
}

/** `NAME=value` as one word, where the value is known. */
export function staticText(node: Node): string | null {
  const value = node.childForFieldName('value');
  if (value === null) return node.text;
  const known = wordOf(value);
  return known === null ? null : node.text.slice(0, value.startIndex - node.startIndex) + known;
}

/** Globs, a leading `~` and braces are made into something else before the command runs. */
function unquoted(text: string): string | null {
  if (text.startsWith('~') || /[:=]~/u.test(text)) return null;
  let word = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '\\') {
      const next = text[++at];
      if (next === undefined) return null;
      if (next !== '\n') word += next;
    } else if (/[*?[\]$`"'<>()|&;\s]/u.test(char)) return null;
    else word += char;
  }
  return /\{.*(,|\.\.).*\}/su.test(text) ? null : word;
}

function quoted(node: Node): string | null {
  if (node.namedChildren.some(child => child?.type !== 'string_content')) return null;
  const inner = node.text.slice(1, -1);
  let word = '';
  for (let at = 0; at < inner.length; at++) {
    const char = inner[at] as string;
    if (char === '`' || char === '"') return null;
    if (char === '$' && /[\w({['"@*#?$!-]/u.test(inner[at + 1] ?? '')) return null;
    if (char !== '\\') word += char;
    else {
      const next = inner[++at] ?? '';
      word += next === '\n' ? '' : /[$`"\\]/u.test(next) ? next : `\\${next}`;
    }
  }
  return word;
}

function joined(node: Node): string | null {
  // Braces are words of their own in the tree, so they are looked for in the whole.
  if (/\{.*(,|\.\.).*\}/su.test(node.text)) return null;
  let word = '';
  for (const [at, child] of node.children.entries()) {
    const part = child === null ? null : wordOf(child);
    if (part === null || (at > 0 && child?.type === 'word' && child.text === '')) return null;
    word += part;
  }
  return word;
}

function ansi(text: string): string | null {
  if (!/^(?:[^\\]|\\[\\'"?abeEfnrtv]|\\x[\da-fA-F]{1,2}|\\[0-7]{1,3}|\\u[\da-fA-F]{1,4})*$/su.test(text)) return null;
  return text.replaceAll(/\\(x[\da-fA-F]{1,2}|u[\da-fA-F]{1,4}|[0-7]{1,3}|.)/gsu, (_, code: string) => {
    if (/^[xu]./u.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/u.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
    return ESCAPES[code] ?? code;
  });
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001B',
  E: '\u001B',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
