import type {ParsedCommand, SimpleCommand} from '../vocabulary/parsed-command.ts';
import {gitIn, staysInside} from './git-verbs.ts';
import {safeSedScript} from './sed-script.ts';

/**
 * Whether a whole command line provably only reads, and reads only in the session's folders (`roots`, absolute). What is not known here is
 * not provable: the list says what may be there, never what may not.
 */
export function provablyReadOnly(parsed: ParsedCommand, roots: readonly string[]): boolean {
  return parsed.certain && parsed.commands.length > 0 && parsed.commands.every(command => readsInside(command, parsed, roots));
}

/** The same for one command of a line that is certain. */
export function readsInside(command: SimpleCommand, line: ParsedCommand, roots: readonly string[]): boolean {
  if (!readOnly(command) || !inside(command, roots)) return false;
  // A folder can be laid out as a repository whose configuration runs programs: git is not read-only in a folder that was changed to.
  return gitIn(command) === null || !line.commands.some(({words}) => words[0] === 'cd');
}

/** Whether one simple command only reads, wherever it reads. */
export function readOnly(command: SimpleCommand): boolean {
  const name = command.words[0];
  if (typeof name !== 'string' || command.sets.length > 0) return false;
  if (command.writes.some(target => target !== '/dev/null')) return false;
  const program = name.replace(/^(\/usr)?\/bin\//u, '');
  const args = command.words.slice(1);
  if (program === 'git') return readOnlyGit(command);
  if (ANY_WORDS.has(program)) return true;
  const check = Object.hasOwn(BY_WORDS, program) ? BY_WORDS[program] : undefined;
  return check !== undefined && !args.includes(null) && check(args as readonly string[]);
}

function readOnlyGit(command: SimpleCommand): boolean {
  const git = gitIn(command);
  return git !== null && git.effect === 'reads' && !git.elsewhere && !git.moved;
}

/** Every word of these is a file to read, a text to print or an option that changes what is printed. */
const ANY_WORDS = new Set(
  `ls cat head tail wc grep egrep fgrep pwd echo which whoami id uname true false : basename dirname realpath readlink stat du df cut tr nl tac rev
  paste comm join cmp diff md5sum sha1sum sha256sum sha512sum shasum cksum seq sleep od hexdump printenv ps jq nproc arch uptime fold expand fmt
  groups tty cd test [`.split(/\s+/u),
);

const BY_WORDS: Readonly<Record<string, (args: readonly string[]) => boolean>> = {
  sort: args =>
    args.every(
      word =>
        !word.startsWith('-') ||
        /^-([bdfghiMnRrVcCmsuz]+|k[\d.,bdfghiMnRrV]*|t.?|k|t)$|^--(reverse|unique|numeric-sort|human-numeric-sort|version-sort|key=.*|field-separator=.*)$/u.test(
          word,
        ),
    ),
  uniq: args => args.filter(word => !word.startsWith('-')).length <= 1,
  find: args => !args.some(word => /^-(exec|ok|delete|fprint|fls)/u.test(word)),
  rg: args => !args.some(word => /^--(pre|hostname-bin|search-zip)|^-[a-zA-Z]*z/u.test(word)),
  tree: args => !args.some(word => /^(-\w*[oR]|--output)/u.test(word)),
  file: args => !args.some(word => /^(-\w*[Cm]|--(comp|mag))/u.test(word)),
  date: args => args.every(word => /^(\+.*|-u|-R|-I\w*|--(utc|universal|iso-8601(=\w+)?|rfc-\w+(=\w+)?))$/u.test(word)),
  hostname: args => args.length === 0,
  printf: args => args[0] !== undefined && !args[0].startsWith('-'),
  command: args => args[0] === '-v' || args[0] === '-V',
  type: args => args.every(word => !word.startsWith('-') || /^-[aptPf]+$/u.test(word)),
  env: args => args.length === 0,
  xxd: args => args.every(word => !/^-\w*r/u.test(word)) && args.filter(word => !word.startsWith('-')).length <= 1,
  sed: readOnlySed,
  ...Object.fromEntries(
    `node npm npx pnpm yarn bun deno python python3 pip pip3 ruby perl java javac rustc cargo tsc make cmake gcc clang docker rg bash zsh`
      .split(' ')
      .filter(name => name !== 'rg')
      .map(name => [name, (args: readonly string[]) => args.length === 1 && /^(--version|-V)$/u.test(args[0] as string)]),
  ),
  go: args => args.length === 1 && args[0] === 'version',
};

/** `sed` has commands that write files and run programs: only scripts of plain printing, deleting and substituting count. */
function readOnlySed(args: readonly string[]): boolean {
  const options = args.filter(word => word.startsWith('-'));
  if (!options.every(word => /^(-[nErzsu]+|--(quiet|silent|regexp-extended|null-data))$/u.test(word))) return false;
  const script = args.find(word => !word.startsWith('-'));
  return script !== undefined && safeSedScript(script);
}

/** Whether no word may name a place outside: absolute and not under a root, climbing, or not known before it runs. */
function inside(command: SimpleCommand, roots: readonly string[]): boolean {
  if (PRINTS_WORDS.has(command.words[0] ?? '')) return true;
  const script = command.words[0] === 'sed' ? command.words.findIndex((word, at) => at > 0 && !word?.startsWith('-')) : 0;
  return command.words.every((word, at) => at === 0 || at === script || staysIn(word, command.texts[at] ?? '', roots));
}

/** Their words are texts, never files. */
const PRINTS_WORDS = new Set(['echo', 'printf', 'true', 'false', ':', 'seq', 'sleep', 'tr', 'printenv']);

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
