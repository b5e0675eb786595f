import type {ParsedCommand, SimpleCommand} from '../vocabulary/parsed-command.ts';
import {gitIn} from './git-verbs.ts';
import {staysInFolders} from './read-places.ts';
import {wordsOnlyRead} from './read-only-words.ts';

/**
 * Whether a whole command line provably only reads, and reads only in the session's folders (`roots`, absolute). What is not known here is
 * not provable: the list says what may be there, never what may not.
 */
export function provablyReadOnly(parsed: ParsedCommand, roots: readonly string[]): boolean {
  return parsed.certain && parsed.commands.length > 0 && parsed.commands.every(command => readsInside(command, parsed, roots));
}

/** The same for one command of a line that is certain. */
export function readsInside(command: SimpleCommand, line: ParsedCommand, roots: readonly string[]): boolean {
  if (!readOnly(command) || !staysInFolders(command, roots)) return false;
  // A folder can be laid out as a repository whose configuration runs programs: git is not read-only in a folder that was changed to.
  return gitIn(command) === null || !line.commands.some(({words}) => words[0] === 'cd');
}

/** The commands of a certain line of which that is so. */
export function readersOf(line: ParsedCommand, roots: readonly string[]): readonly SimpleCommand[] {
  return line.certain ? line.commands.filter(command => readsInside(command, line, roots)) : [];
}

/** Whether one simple command only reads, wherever it reads. */
export function readOnly(command: SimpleCommand): boolean {
  const name = command.words[0];
  if (typeof name !== 'string' || command.sets.length > 0) return false;
  if (command.writes.some(target => target !== '/dev/null')) return false;
  const program = name.replace(/^(\/usr)?\/bin\//u, '');
  return program === 'git' ? readOnlyGit(command) : wordsOnlyRead(program, command.words.slice(1));
}

function readOnlyGit(command: SimpleCommand): boolean {
  const git = gitIn(command);
  return git !== null && git.effect === 'reads' && !git.elsewhere && !git.moved;
}
