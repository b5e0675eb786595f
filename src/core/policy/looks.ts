import type {ParsedCommand, SimpleCommand} from '../vocabulary/parsed-command.ts';
import {gitIn} from './git-verbs.ts';
import {clean} from './paths.ts';
import {placesRead} from './read-places.ts';
import {programOf} from './shell-words.ts';

/**
 * What a reading call looked at: paths as they are shown, or a command line that provably reads. `root` is the worktree, absolute; `cwd` the session's folder in it, '' for
 * the root itself.
 */
export type Look = {root: string; cwd: string} & ({paths: readonly string[]} | {parsed: ParsedCommand});

/** Whether it shows what became of `subject`: a path, or `.` for anything in the worktree. */
export function looksAt(look: Look, subject: string): boolean {
  if ('paths' in look) return look.paths.some(path => covers(path, subject, look.cwd));
  const looking = look.parsed.commands.filter(showsFiles);
  if (looking.some(showsAllChanges) || (subject === '.' && looking.some(listsHere))) return true;
  return placesOf(looking, look.parsed, look).some(path => covers(path, subject, look.cwd));
}

/** A folder shows what is in it; for the whole worktree the session's own folder is enough. */
function covers(path: string, subject: string, cwd: string): boolean {
  const at = clean(path);
  if (subject === '.') return at === '' || at === cwd || cwd.startsWith(`${at}/`);
  return at === '' ? !subject.startsWith('/') : subject === at || subject.startsWith(`${at}/`);
}

/** Some commands read nothing of the worktree: `echo`, `date`, `sleep`. */
function showsFiles(command: SimpleCommand): boolean {
  const program = programOf(command);
  return program !== null && (gitIn(command) !== null || LOOKS.has(program));
}

const LOOKS = new Set(
  `ls cat head tail wc grep egrep fgrep rg find stat du tac rev cmp diff comm join paste cut nl od hexdump xxd sort uniq sed jq file tree
  md5sum sha1sum sha256sum sha512sum shasum cksum`.split(/\s+/u),
);

/** A list of the folder that it stands in. */
function listsHere(command: SimpleCommand): boolean {
  return LISTS.has(programOf(command) ?? '') && !command.words.slice(1).some(isNamed);
}

const LISTS = new Set(['ls', 'tree', 'du', 'find']);

const isNamed = (word: string | null): word is string => word !== null && word !== '' && !word.startsWith('-');

function showsAllChanges(command: SimpleCommand): boolean {
  const git = gitIn(command);
  if (git === null || (git.verb !== 'status' && git.verb !== 'diff')) return false;
  return git.words.slice(1).every(word => word === 'HEAD' || word?.startsWith('-') === true) && !git.words.includes('--');
}

/** Globs are not looked along: a model that wants to know names the file. */
function placesOf(commands: readonly SimpleCommand[], line: ParsedCommand, {root, cwd}: Pick<Look, 'root' | 'cwd'>): readonly string[] {
  const {from} = placesRead(commands, line);
  const words = commands.flatMap(command => [...command.words.slice(1), ...(command.reads ?? [])]);
  const named = words.filter(isNamed);
  const absolute = (from ?? []).flatMap(start => named.map(word => (word.startsWith('/') ? word : `${root}/${cwd}/${start}/${word}`)));
  return absolute
    .map(path => clean(path))
    .map(path => (path === root ? '.' : path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path));
}
