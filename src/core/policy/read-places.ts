import type {ParsedCommand, SimpleCommand} from '../vocabulary/parsed-command.ts';
import {staysInside} from './git-verbs.ts';
import {programOf} from './shell-words.ts';

/** Whether no word may name a place outside: absolute and not under a root, climbing, or not known before it runs. */
export function staysInFolders(command: SimpleCommand, roots: readonly string[]): boolean {
  const {words, texts, reads = []} = command;
  if (!reads.every(target => target !== null && staysIn(target, target, roots))) return false;
  if (PRINTS_WORDS.has(words[0] ?? '')) return words.every((word, at) => word !== null || listsNothing(texts[at] ?? '', roots));
  const script = scriptOf(command);
  return words.every((word, at) => at === 0 || at === script || staysIn(word, texts[at] ?? '', roots));
}

/** The places that these commands may open by a word of theirs, as written; `globs` are patterns of such. `from` are the folders they may start in. */
export function placesRead(commands: readonly SimpleCommand[], line: ParsedCommand): PlacesRead {
  const places: NamedPlace[] = [];
  for (const command of commands) {
    for (const target of command.reads ?? []) if (target !== null) places.push({path: target, glob: false, file: false});
    if (PRINTS_WORDS.has(command.words[0] ?? '')) continue;
    const script = scriptOf(command);
    const file = programOf(command) === 'diff';
    for (const [at, word] of command.words.entries()) {
      if (at > 0 && at !== script) places.push(...named(word ?? command.texts[at] ?? '').map(path => ({path, glob: word === null, file})));
    }
  }
  return {places: places.filter(({path}) => path !== '' && path !== '/dev/null'), from: startsOf(line)};
}

export type PlacesRead = {places: readonly NamedPlace[]; from: readonly string[] | null};

/** `file` where it must be no folder: `diff` of folders reads what their links point to. */
export type NamedPlace = {path: string; glob: boolean; file: boolean};

/** What follows an option's `=`, and a letter of it, may be a file too. */
function named(word: string): readonly string[] {
  if (!word.startsWith('-')) return [word];
  const at = word.indexOf('=');
  return at >= 0 ? [word, word.slice(at + 1)] : [word, ...Array.from({length: Math.min(word.length - 2, 4)}, (_, n) => word.slice(n + 2))];
}

/** Each `cd` may have been there before the command: null where there are too many to look at. */
function startsOf({commands}: ParsedCommand): readonly string[] | null {
  const moves = commands.filter(({words}) => words[0] === 'cd').map(({words}) => words[1] ?? null);
  if (moves.length > 3 || moves.includes(null)) return null;
  return (moves as readonly string[]).reduce(
    (starts, to) => [...starts, ...starts.map(start => (to.startsWith('/') ? to : `${start}/${to}`))],
    ['.'],
  );
}

function scriptOf({words}: SimpleCommand): number {
  return words[0] === 'sed' || words[0] === 'jq' ? words.findIndex((word, at) => at > 0 && !word?.startsWith('-')) : 0;
}

/** Their words are texts, never files. */
const PRINTS_WORDS = new Set(['echo', 'printf', 'true', 'false', ':', 'seq', 'sleep', 'tr', 'printenv']);

/** A text is made of anything, but a glob in it lists a folder. */
function listsNothing(text: string, roots: readonly string[]): boolean {
  const unquoted = text.replaceAll(/^"[^"]*"$|\$[?*@#!$-]|\$\{[^{}]*\}/gu, '');
  return !/[*?[]/u.test(unquoted) || staysIn(null, text, roots);
}

function staysIn(word: string | null, text: string, roots: readonly string[]): boolean {
  if (word === null && (NOT_ONLY_GLOB.test(text) || text.split('/').some(part => MAY_CLIMB.test(part)))) return false;
  const path = (word ?? text).replace(/^-[^/=]*=?/u, '');
  if (path === '' || path === '/dev/null') return true;
  if (path.startsWith('/')) return !path.split('/').includes('..') && roots.some(root => path === root || path.startsWith(`${root}/`));
  return staysInside(path);
}

/** What a glob finds begins with the part before it; other expansions may yield anything. */
const NOT_ONLY_GLOB = /[$`{~<>'"\\()]/u;
/** A glob that could be `..`. */
const MAY_CLIMB = /^\.[.*?[].*[*?[\]]|^\.[*?[]/u;
