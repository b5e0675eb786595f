import type {SimpleCommand} from '../vocabulary/parsed-command.ts';
import {readsOnly, type Words} from './git-reads.ts';
import {baseName, programOf} from './shell-words.ts';

/**
 * What a git command does to state that the user's own checkout shares with the worktree. `reads`: nothing is written but the index's
 * cached times. `worktree`: files, index and HEAD of this worktree, and new objects that nothing of the user's points at. `shared`: refs,
 * configuration, stashes, other worktrees; and everything of which we do not know better.
 */
type GitEffect = 'reads' | 'worktree' | 'shared';

/** `words` begin with the verb. `moved` where it is told to start in another folder, `elsewhere` where that (or a repository, or a variable) may lead outside. */
type GitCommand = {verb: string | null; words: Words; moved: boolean; elsewhere: boolean; effect: GitEffect};

/** The git command in a simple command, also as the argument of a program that runs its arguments; null where there is none. */
export function gitIn(command: SimpleCommand): GitCommand | null {
  const program = programOf(command);
  if (program !== null && /^git(\.exe)?$/u.test(program)) return classify(command, command.words.slice(1));
  const helper = program === null ? null : /^git-(?!lfs$|hub$)(.+)$/u.exec(program);
  if (helper !== null) return classify(command, [helper[1] as string, ...command.words.slice(1)]);
  if (program !== null && INTERPRETERS.test(program) && command.words.some(word => GIT_IN_CODE.test(word ?? ''))) return SOMEHOW;
  const at = command.words.findIndex((word, index) => index > 0 && word !== null && baseName(word).toLowerCase() === 'git');
  return at < 0 ? null : classify(command, command.words.slice(at + 1));
}

/** Code on the command line that names git. */
const INTERPRETERS =
  /^(python|node|nodejs|perl|ruby|php|lua|deno|bun|tsx|[gmn]?awk|osascript|tclsh|expect|vim?|nvim|ex|ed|emacs|make)[\d.]*$/u;
const GIT_IN_CODE = /^(?=[^]*\bgit\b)[^]*[\s('"`;,[]/u;
const SOMEHOW: GitCommand = {verb: null, words: [], moved: false, elsewhere: true, effect: 'shared'};

function classify(command: SimpleCommand, args: Words): GitCommand {
  const {words, moved, outside, risky} = afterOptions(args);
  const elsewhere = outside || command.sets.some(name => /^(GIT_|HOME$|XDG_|PATH$|LD_|DYLD_)/u.test(name));
  const verb = words[0] ?? null;
  const effect = risky ? 'shared' : effectOf(words);
  return {verb, words, moved, elsewhere, effect: effect === 'worktree' && elsewhere ? 'shared' : effect};
}

/** git's own options, before the verb. Configuration given on the line can make any verb run any program. */
function afterOptions(args: Words): Started {
  const found: Started = {words: [], moved: false, outside: false, risky: false};
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string | null;
    if (word !== null && !word.startsWith('-')) return {...found, words: args.slice(at)};
    if (word === '-C') {
      const folder = args[++at] ?? null;
      found.moved = true;
      found.outside ||= folder === null || !staysInside(folder);
    } else if (word !== null && /^--(git-dir|work-tree)(=|$)/u.test(word)) {
      if (!word.includes('=')) at++;
      found.moved = found.outside = true;
    } else if (word === '-c' && HARMLESS_SETTING.test(args[at + 1] ?? '')) at++;
    else if (word === null || !HARMLESS_OPTION.test(word))
      return {...found, words: args.slice(word === '-c' ? at + 2 : at + 1), risky: true};
  }
  return found;
}

type Started = {words: Words; moved: boolean; outside: boolean; risky: boolean};

const HARMLESS_SETTING =
  /^(user\.(name|email)|color\.\w+|advice\.\w+|core\.(quotepath|abbrev)|(commit|tag)\.gpgsign|log\.\w+|diff\.renames)(=|$)/iu;
const HARMLESS_OPTION =
  /^(-p|-P|-v|-h|--(no-pager|paginate|no-optional-locks|no-replace-objects|literal-pathspecs|glob-pathspecs|version|help))$/u;

/** A relative path that does not climb: what it names lies under the folder that the command starts in. */
export function staysInside(path: string): boolean {
  return path !== '' && !/^[/~-]/u.test(path) && !path.split('/').includes('..');
}

function effectOf(words: Words): GitEffect {
  const [verb, ...rest] = words;
  if (verb === undefined) return 'reads';
  if (verb === null) return 'shared';
  if (readsOnly(verb, rest)) return 'reads';
  if (IN_WORKTREE.has(verb)) return 'worktree';
  if (verb === 'checkout' || verb === 'switch') return attaches(verb, rest) ? 'shared' : 'worktree';
  if (verb === 'merge') return rest.some(word => word === null || word.startsWith('--autos')) ? 'shared' : 'worktree';
  return 'shared';
}

/**
 * Verbs that write files, index or HEAD of this worktree only. `commit` is one: HEAD is detached there, so no branch moves, and the objects it
 * adds are reached by no ref of the user's. The readers among them are here for their options that write a file or run a program.
 */
const IN_WORKTREE = new Set(
  `add am apply archive blame cat-file check-attr check-ignore checkout-index cherry-pick clean clone commit commit-tree count-objects describe diff
  diff-files diff-index diff-tree for-each-ref format-patch grep hash-object help log ls-files ls-remote ls-tree merge-base merge-tree mktree mv
  name-rev range-diff read-tree reset restore rev-list rev-parse revert rm shortlog show show-branch show-ref status stripspace update-index
  verify-commit verify-tag whatchanged write-tree`.split(/\s+/u),
);

/** Putting HEAD on a branch is shared: the next commit would move it. A word that may be a branch's name is taken for one. */
function attaches(verb: string, rest: Words): boolean {
  if (rest.some(word => word === null || NEW_BRANCH.test(word))) return true;
  const words = rest as readonly string[];
  if (words.includes('--detach') || (words.includes('-d') && verb === 'switch')) return false;
  if (verb === 'switch') return true;
  if (words.includes('--') && words.at(-1) !== '--') return false;
  const names = words.filter(word => !word.startsWith('-'));
  return words.includes('-') || names.some((name, at) => at === 0 && !NO_BRANCH.test(name));
}

const NEW_BRANCH = /^(-[a-zA-Z]*[bBcCt]|--(orphan|create|force-c|tr|gu|recurse|ignore-o))/u;
const NO_BRANCH = /^(\.|\.\.?\/.*|HEAD([~^@].*)?|:\/?.*)$/u;
