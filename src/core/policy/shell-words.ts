import type {SimpleCommand} from '../vocabulary/parsed-command.ts';
import {UNKNOWN} from './pattern.ts';

/** The one written form of a command that allowing rules are matched against: words joined by one space, quoted where they must be. */
export function canonical(command: SimpleCommand): string {
  return command.words.map(word => (word === null ? UNKNOWN : quoted(word))).join(' ');
}

/** The forms that a denying rule is matched against: nobody gets round it by quotes, a path before the name, or git's own options. */
export function spellings(command: SimpleCommand, subcommand: readonly (string | null)[] | null): readonly string[] {
  const plain = (words: readonly (string | null)[]) => words.map(word => word ?? UNKNOWN).join(' ');
  const named = [programOf(command), ...command.words.slice(1)];
  const found = [canonical(command), plain(command.words), plain(named), command.texts.join(' ')];
  if (subcommand !== null) found.push(plain(['git', ...subcommand]));
  return [...new Set(found)];
}

/** The program's name without its folder, lower-case because macOS finds it in any case; null where it is not known. */
export function programOf(command: Pick<SimpleCommand, 'words'>): string | null {
  const name = command.words[0];
  return typeof name === 'string' ? baseName(name).toLowerCase() : null;
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const PLAIN = /^[\w@%+=:,./~^-]+$/u;

function quoted(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
