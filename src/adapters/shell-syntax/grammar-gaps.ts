import type {Node} from 'web-tree-sitter';

/**
 * Every character is either in a part of its own or between parts, where only blanks belong: what the grammar drops, and a substitution that
 * it takes for text, must not run unseen.
 */
export function isUnderstood(node: Node): boolean {
  if (QUOTED.test(node.type) && /[$`]/u.test(node.text) && insideExpansion(node)) return false;
  if (node.childCount === 0) return FIXED.test(node.type) || !LIVE.test(node.text);
  const gap = gapOf(node.type);
  const text = node.text;
  let at = 0;
  for (const child of node.children) {
    if (child === null) continue;
    if (!gap(text.slice(at, Math.max(child.startIndex - node.startIndex, at)))) return false;
    at = Math.max(at, child.endIndex - node.startIndex);
  }
  return gap(text.slice(at));
}

/** There a single quote may be a character like any other, and the substitution in it runs. */
function insideExpansion(node: Node): boolean {
  for (let around = node.parent; around !== null && !/^(command|process)_substitution$/u.test(around.type); around = around.parent)
    if (/^(expansion|arithmetic_expansion|subscript|string|heredoc_body)$/u.test(around.type)) return true;
  return false;
}

const QUOTED = /^(raw_string|ansi_c_string)$/u;

function gapOf(type: string): (text: string) => boolean {
  if (HOLDS_TEXT.test(type)) return text => !LIVE.test(text);
  const blank = /^(concatenation|variable_assignment)$/u.test(type) ? NOTHING : ONE_LINE.test(type) ? SPACE : BLANK;
  return text => blank.test(text);
}

const FIXED = /^(raw_string|ansi_c_string|comment|heredoc_start|heredoc_end|\W+)$/u;
const HOLDS_TEXT = /^(string|heredoc_body|expansion|translated_string)$/u;
/** A newline in one of these ended the command, whatever the grammar made of it. */
const ONE_LINE =
  /^(command|command_name|declaration_command|unset_command|file_redirect|herestring_redirect|redirected_statement|negated_command)$/u;
const NOTHING = /^$/u;
const SPACE = /^(?:[ \t]|\\\n)*$/u;
const BLANK = /^(?:[ \t\n]|\\\n)*$/u;
/** The start of a substitution that no backslash takes the meaning from. */
const LIVE = /(?<!\\)(?:\\\\)*(?:`|\$[([]|[<>]\()/u;

/** The grammar cuts some words at a substitution, and at a continued line inside them. */
export function touchesWordBefore(node: Node): boolean {
  const {parent, previousSibling: before} = node;
  if (parent === null || before === null || /_redirect$|^\W+$|^(heredoc_start|file_descriptor)$/u.test(before.type)) return false;
  return parent.text.slice(before.endIndex - parent.startIndex, node.startIndex - parent.startIndex).replaceAll('\\\n', '') === '';
}

/** Its delimiter stands on a line of its own, and on no line before. */
export function endsAsBashDoes(node: Node, source: string): boolean {
  const part = (type: string) => node.children.find(child => child?.type === type) ?? null;
  const end = part('heredoc_end');
  const name = part('heredoc_start')?.text.replaceAll(/['"\\]/gu, '');
  if (end === null || end.text.trim() !== name) return false;
  const lines = part('heredoc_body')?.text.split('\n') ?? [];
  return /^(\n|$)/u.test(source.slice(end.endIndex, end.endIndex + 1)) && !lines.some(line => line.replace(/^\t+/u, '') === name);
}
