import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {setFlagsFromString} from 'node:v8';
import type {Node, Parser} from 'web-tree-sitter';

/** Parses with the bash grammar and gives the root to `read` while the tree lives. */
export async function bashTree<T>(text: string, read: (root: Node) => T): Promise<T> {
  loading ??= load();
  const parser = await loading;
  const tree = parser.parse(text);
  if (tree === null) throw new Error('the parser gave no tree');
  try {
    return read(tree.rootNode);
  } finally {
    tree.delete();
  }
}

let loading: Promise<Parser> | null = null;

async function load(): Promise<Parser> {
  // The optimizing compiler takes 500 MB for the generated lexer, and nothing is won: a command is a few hundred bytes.
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
  const {Parser, Language} = await import('web-tree-sitter');
  const {resolve} = createRequire(import.meta.url);
  await Parser.init({locateFile: () => resolve('web-tree-sitter/web-tree-sitter.wasm')});
  const grammar = await readFile(resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm'));
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return parser;
}
