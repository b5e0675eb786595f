import type {Node} from 'web-tree-sitter';
import type {Line, WrittenCommand} from './line.ts';
import {staticText, wordOf} from './word.ts';

/** Every simple command under a node, in the order they are written. */
export function walk(root: Node): Line {
  const found: Found = {commands: [], why: null};
  visit(root, found);
  return {commands: found.commands, why: found.why};
}

type Found = {commands: WrittenCommand[]; why: string | null};

function visit(node: Node, found: Found): void {
  if (node.isError || node.isMissing) doubt(found, 'it does not parse as bash');
  if (!gapsAreBlank(node)) doubt(found, 'a part of it was not understood');
  switch (node.type) {
    case 'command':
      return command(node, found);
    case 'redirected_statement':
      return redirected(node, found);
    case 'declaration_command':
    case 'unset_command':
      return declaration(node, found);
    case 'test_command':
      return test(node, found);
    case 'variable_assignment':
      found.commands.push(bare({sets: [assigned(node)]}));
      return each(node, found);
    case 'for_statement':
    case 'c_style_for_statement':
      found.commands.push(bare({sets: node.namedChildren.filter(child => child?.type === 'variable_name').map(child => textOf(child))}));
      return each(node, found);
    default:
      return each(node, found);
  }
}

function each(node: Node, found: Found): void {
  for (const child of node.children) if (child !== null) visit(child, found);
}

function command(node: Node, found: Found): void {
  const parts = bare({});
  found.commands.push(parts);
  for (const child of node.children) {
    if (child === null) continue;
    if (child.type === 'variable_assignment') {
      parts.sets.push(assigned(child));
      each(child, found);
    } else if (child.type === 'file_redirect') redirect(child, [parts], found);
    else if (child.type === 'herestring_redirect') {
      const given = child.namedChildren.at(-1);
      parts.stdin = given === undefined || given === null ? null : wordOf(given);
      each(child, found);
    } else if (child.type === 'heredoc_redirect') heredoc(child, parts, found);
    else word(child, parts, found);
  }
  evaluated(parts, found);
}

function word(node: Node, parts: WrittenCommand, found: Found): void {
  const content = node.type === 'command_name' ? (node.children[0] ?? node) : node;
  if (content.type === 'arithmetic_expansion' && node.type === 'command_name') parts.words.push('let');
  else parts.words.push(wordOf(content));
  parts.texts.push(content.text);
  visit(node, found);
}

/** Redirections after a group count for every command of it. */
function redirected(node: Node, found: Found): void {
  const before = found.commands.length;
  const redirects = node.children.filter(child => child !== null && /_redirect$/u.test(child.type)) as Node[];
  for (const child of node.children) if (child !== null && !redirects.includes(child)) visit(child, found);
  if (found.commands.length === before) found.commands.push(bare({}));
  const targets = found.commands.slice(before);
  for (const child of redirects) {
    if (child.type === 'file_redirect') redirect(child, targets, found);
    else if (child.type === 'heredoc_redirect') heredoc(child, targets.at(-1) as WrittenCommand, found);
    else each(child, found);
  }
}

function redirect(node: Node, targets: readonly WrittenCommand[], found: Found): void {
  const operator = node.children.find(child => child !== null && /[<>]/u.test(child.type))?.type ?? '';
  const destination = node.childForFieldName('destination');
  const duplicates = /^[<>]&-?$/u.test(operator) && /^(\d+-?|-)?$/u.test(destination?.text ?? '');
  if (operator.includes('>') && !duplicates) {
    const target = destination === null ? null : wordOf(destination);
    for (const written of targets) written.writes.push(target);
  }
  each(node, found);
}

/** Commands behind a heredoc's start stand inside its node; its body runs what is substituted in it. */
function heredoc(node: Node, owner: WrittenCommand, found: Found): void {
  const body = node.children.find(child => child?.type === 'heredoc_body') ?? null;
  const fixed = node.children.find(child => child?.type === 'heredoc_start')?.text ?? '';
  const text = body?.text ?? '';
  if (/['"\\]/u.test(fixed)) {
    owner.stdin = text;
    for (const child of node.children) if (child !== null && child !== body) heredocChild(child, owner, found);
    return;
  }
  owner.stdin = /[$`\\]/u.test(text) ? null : text;
  // The grammar leaves some substitutions out of a body that it does not know how to end.
  if (/[$]\(|`/u.test(text) && body?.namedChildren.length === 0) doubt(found, 'a heredoc could not be read');
  for (const child of node.children) if (child !== null) heredocChild(child, owner, found);
}

function heredocChild(node: Node, owner: WrittenCommand, found: Found): void {
  if (node.type === 'file_redirect') redirect(node, [owner], found);
  else if (/^(word|string|raw_string|concatenation|simple_expansion|expansion|number|ansi_c_string|command_substitution)$/u.test(node.type))
    word(node, owner, found);
  else visit(node, found);
}

function declaration(node: Node, found: Found): void {
  const words: (string | null)[] = [];
  const sets: string[] = [];
  for (const child of node.children) {
    if (child === null) continue;
    if (child.type === 'variable_assignment') sets.push(assigned(child));
    words.push(child.isNamed ? (child.type === 'variable_assignment' ? staticText(child) : wordOf(child)) : child.text);
  }
  const written = bare({words, texts: node.children.map(child => child?.text ?? ''), sets});
  found.commands.push(written);
  for (const child of node.children) if (child !== null) each(child, found);
  evaluated(written, found);
}

function test(node: Node, found: Found): void {
  const parts = node.text.split(/\s+/u);
  const written = bare({words: ['test', ...parts.slice(1).map(part => (/[$`*?[{~'"\\]/u.test(part) ? null : part))], texts: parts});
  found.commands.push(written);
  each(node, found);
  evaluated({...written, words: ['test', ...literals(node)]}, found);
}

function literals(node: Node): readonly string[] {
  return node.descendantsOfType(['raw_string', 'ansi_c_string', 'word', 'string_content', 'regex']).map(child => textOf(child));
}

/** The shell evaluates these words as arithmetic, where an index runs what is substituted in it, quoted or not. */
function evaluated({words}: Pick<WrittenCommand, 'words'>, found: Found): void {
  const name = words[0];
  if (typeof name !== 'string' || !EVALUATES.has(name)) return;
  if (words.some(text => text !== null && /[$]\(|`/u.test(text))) doubt(found, `${name} evaluates its words again`);
}

const EVALUATES = new Set(['let', 'test', '[', '[[', 'declare', 'typeset', 'local', 'export', 'readonly', 'unset', 'printf', 'read', 'mapfile', 'readarray']);

function assigned(node: Node): string {
  return /^\w+/u.exec(node.text)?.[0] ?? node.text;
}

function textOf(node: Node | null): string {
  return node?.text ?? '';
}

/** Text between a node's parts that is not a blank was dropped by the grammar: what it stands for is not known. */
function gapsAreBlank(node: Node): boolean {
  if (node.childCount === 0 || /^(string|heredoc_body|expansion|translated_string)$/u.test(node.type)) return true;
  const text = node.text;
  let at = node.startIndex;
  for (const child of node.children) {
    if (child === null) continue;
    if (!BLANK.test(text.slice(at - node.startIndex, Math.max(child.startIndex, at) - node.startIndex))) return false;
    at = Math.max(at, child.endIndex);
  }
  return BLANK.test(text.slice(at - node.startIndex));
}

const BLANK = /^(?:[ \t\n]|\\\n)*$/u;

function bare(parts: Partial<WrittenCommand>): WrittenCommand {
  return {words: [], texts: [], sets: [], writes: [], stdin: null, ...parts};
}

function doubt(found: Found, why: string): void {
  found.why ??= why;
}
