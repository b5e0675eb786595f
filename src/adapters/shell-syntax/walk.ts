import type {Node} from 'web-tree-sitter';
import {EVALUATES, evaluatesText, evaluatesValues, hidesSubstitution} from './evaluated.ts';
import {endsAsBashDoes, isUnderstood, touchesWordBefore} from './grammar-gaps.ts';
import type {Line, WrittenCommand} from './line.ts';
import {staticText, wordOf} from './word.ts';

/** Every simple command under a node, in the order they are written. */
export function walk(root: Node): Line {
  const source = ' '.repeat(root.startIndex) + root.text;
  const found: Found = {commands: [], byNode: new Map(), source, why: null, hides: false, again: false};
  visit(root, found);
  if (found.hides && found.again) doubt(found, 'a quoted substitution may be evaluated by what follows');
  return {commands: found.commands, why: found.why};
}

/** `hides`: a quoted text holds a substitution. `again`: something evaluates what variables hold. */
type Found = {
  commands: WrittenCommand[];
  byNode: Map<number, WrittenCommand>;
  source: string;
  why: string | null;
  hides: boolean;
  again: boolean;
};

function visit(node: Node, found: Found): void {
  if (node.isError || node.isMissing) doubt(found, 'it does not parse as bash');
  if (!isUnderstood(node)) doubt(found, 'a part of it was not understood');
  found.hides ||= hidesSubstitution(node);
  if (evaluatesValues(node)) {
    found.again = true;
    // It stands on no list of what reads: what a variable holds may run a program.
    found.commands.push(bare({words: ['let', null], texts: ['let', node.text]}));
  }
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
    case 'file_redirect':
      found.commands.push(bare({}));
      return redirect(node, {targets: found.commands.slice(-1), owner: null}, found);
    case 'variable_assignment':
      found.commands.push(bare({sets: [assigned(node, found)]}));
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
  found.byNode.set(node.id, parts);
  for (const child of node.children) {
    if (child === null) continue;
    if (child.type === 'variable_assignment') {
      parts.sets.push(assigned(child, found));
      each(child, found);
    } else if (child.type === 'file_redirect') redirect(child, {targets: [parts], owner: parts}, found);
    else if (child.type === 'herestring_redirect') {
      const given = child.namedChildren.at(-1);
      parts.stdin = given === undefined || given === null ? null : wordOf(given);
      each(child, found);
    } else if (child.type === 'heredoc_redirect') heredoc(child, parts, found);
    else word(child, parts, found);
  }
}

function word(node: Node, parts: WrittenCommand, found: Found): void {
  if (touchesWordBefore(node)) doubt(found, 'a word was not understood');
  const content = node.type === 'command_name' ? (node.children[0] ?? node) : node;
  if (content.type === 'arithmetic_expansion' && node.type === 'command_name') parts.words.push('let');
  else parts.words.push(wordOf(content));
  if (parts.words.at(-1) === null && EVALUATES.has(parts.words[0] ?? '')) found.again = true;
  parts.texts.push(content.text);
  visit(node, found);
}

/** A redirection belongs to the last command of a list; behind a group it counts for every command of it. */
function redirected(node: Node, found: Found): void {
  const before = found.commands.length;
  const redirects = node.children.filter(child => child !== null && child.type.endsWith('_redirect'));
  for (const child of node.children) if (child !== null && !redirects.includes(child)) visit(child, found);
  if (found.commands.length === before) found.commands.push(bare({}));
  const owner = lastCommand(node.childForFieldName('body'), found);
  const around = {targets: owner === null ? found.commands.slice(before) : [owner], owner};
  for (const child of redirects) {
    if (child.type === 'file_redirect') redirect(child, around, found);
    else if (child.type === 'heredoc_redirect') heredoc(child, around.owner, found);
    else each(child, found);
  }
}

/** `owner` gets what else stands behind the redirection: `git >x push` is `git push`. */
type Around = {targets: readonly WrittenCommand[]; owner: WrittenCommand | null};

/** The simple command that a redirection at the end of a statement belongs to; null behind a group. */
function lastCommand(node: Node | null, found: Found): WrittenCommand | null {
  if (node === null) return null;
  if (/^(pipeline|list|negated_command)$/u.test(node.type)) return lastCommand(node.namedChildren.at(-1) ?? null, found);
  return found.byNode.get(node.id) ?? null;
}

function redirect(node: Node, {targets, owner}: Around, found: Found): void {
  const parts = node.children.filter(child => child !== null);
  const at = parts.findIndex(({type}) => /^(&?>[>|&]?|&>>|<&?|>&-|<&-|<>)$/u.test(type));
  const operator = parts[at]?.type ?? '';
  const destination = parts[at + 1] ?? null;
  const duplicates = /^[<>]&-?$/u.test(operator) && /^(\d+-?|-)?$/u.test(destination?.text ?? '');
  if (at < 0) doubt(found, 'a redirection was not understood');
  const file = destination === null ? null : wordOf(destination);
  if (operator.includes('>') && !duplicates) for (const written of targets) written.writes.push(file);
  if (operator.includes('<') && !duplicates) for (const written of targets) written.reads.push(file);
  for (const [index, part] of parts.entries()) {
    if (index > at + 1) extra(part, owner, found);
    else visit(part, found);
  }
}

function extra(node: Node, owner: WrittenCommand | null, found: Found): void {
  if (owner === null) doubt(found, 'a word behind a redirection belongs to no command');
  word(node, owner ?? bare({}), found);
}

/** Commands behind a heredoc's start stand inside its node; its body runs what is substituted in it. */
function heredoc(node: Node, owner: WrittenCommand | null, found: Found): void {
  const fixed = /['"\\]/u.test(node.children.find(child => child?.type === 'heredoc_start')?.text ?? '');
  if (!endsAsBashDoes(node, found.source)) doubt(found, 'where a heredoc ends is not clear');
  for (const child of node.children) {
    if (child === null) continue;
    if (child.type === 'heredoc_body') {
      if (owner !== null && (fixed || !/[$`\\]/u.test(child.text))) owner.stdin = child.text;
      if (!fixed) visit(child, found);
    } else if (child.type === 'file_redirect') redirect(child, {targets: owner === null ? [] : [owner], owner}, found);
    else if (WORD.test(child.type)) extra(child, owner, found);
    else visit(child, found);
  }
}

const WORD =
  /^(word|string|raw_string|concatenation|simple_expansion|expansion|number|ansi_c_string|translated_string|command_substitution|process_substitution|arithmetic_expansion|brace_expression|extglob_pattern)$/u;

function declaration(node: Node, found: Found): void {
  const words: (string | null)[] = [];
  const sets: string[] = [];
  for (const child of node.children) {
    if (child === null) continue;
    if (child.type === 'variable_assignment') sets.push(assigned(child, found));
    words.push(child.isNamed ? (child.type === 'variable_assignment' ? staticText(child) : wordOf(child)) : child.text);
  }
  const written = bare({words, texts: node.children.map(child => child?.text ?? ''), sets});
  found.commands.push(written);
  for (const child of node.children) if (child !== null) each(child, found);
}

function test(node: Node, found: Found): void {
  const texts = node.text.split(/\s+/u);
  const words = texts.map((part, at) => (at > 0 && /[$`*?[{~'"\\]/u.test(part) ? null : part));
  found.commands.push(bare({words, texts}));
  each(node, found);
  const why = evaluatesText(['test', ...literals(node)]);
  if (why !== null) doubt(found, why);
}

function literals(node: Node): readonly string[] {
  return node.descendantsOfType(['raw_string', 'ansi_c_string', 'word', 'string_content', 'regex']).map(child => textOf(child));
}

function assigned(node: Node, found: Found): string {
  const name = /^([A-Za-z_]\w*)(\[[^]*\])?\+?=/u.exec(node.text)?.[1];
  if (name === undefined) doubt(found, 'an assignment to what is no name');
  return name ?? node.text;
}

function textOf(node: Node | null): string {
  return node?.text ?? '';
}

function bare(parts: Partial<WrittenCommand>): WrittenCommand {
  return {words: [], texts: [], sets: [], writes: [], reads: [], stdin: null, ...parts};
}

function doubt(found: Found, why: string): void {
  found.why ??= why;
}
