/** Whether a verb with these words only reads. Options are told by what may be there, except where a reader has few that do more. */
export function readsOnly(verb: string, rest: Words): boolean {
  if (READERS.has(verb)) return rest.every(word => word !== null && !DOES_MORE.test(word) && !(verb === 'grep' && OPENS.test(word)));
  const lister = LISTERS[verb];
  return lister !== undefined && !rest.includes(null) && lister(rest as readonly string[]);
}

export type Words = readonly (string | null)[];

/** Their output goes to stdout. Pagers need a terminal; external diffs and text conversions are the user's own configuration, unless asked for. */
const READERS = new Set(
  `annotate blame check-attr check-ignore check-mailmap check-ref-format cherry count-objects describe diff diff-files diff-index diff-tree
  for-each-ref grep log ls-files ls-tree merge-base name-rev range-diff rev-list rev-parse shortlog show show-branch show-ref status stripspace
  var version whatchanged cat-file`.split(/\s+/u),
);

/** `--output` in every abbreviation that git takes, and the options that run a program. */
const DOES_MORE = /^--(ou(?!rs$)|ext-|textc|filters|pag|open|contents=|upload-pack|exec)|^--ou$/u;
const OPENS = /^(-[a-zA-Z]*O|--ext-grep)/u;

/** Verbs that read in some forms and write in others: only the forms that are known to read. */
const LISTERS: Readonly<Record<string, (rest: readonly string[]) => boolean>> = {
  branch: rest => lists(rest, BRANCH_LISTS, BRANCH_FLAGS),
  tag: rest => lists(rest, TAG_LISTS, TAG_FLAGS),
  stash: rest => (rest[0] === 'list' || rest[0] === 'show' ? !rest.some(word => DOES_MORE.test(word)) : false),
  config: readsConfig,
  worktree: rest => rest[0] === 'list' && rest.slice(1).every(word => /^(--porcelain|-v|--verbose|-z)$/u.test(word)),
  remote: rest => rest.every(word => /^(-v|--verbose)$/u.test(word)) || rest[0] === 'get-url',
  submodule: rest => rest.length === 0 || (rest[0] === 'status' && !rest.some(word => word.startsWith('--rec'))),
  notes: rest => rest.length === 0 || rest[0] === 'list' || rest[0] === 'show',
  reflog: rest =>
    (rest.length === 0 || /^(show|exists|list|HEAD.*|-.*)$/u.test(rest[0] as string)) && !rest.some(word => DOES_MORE.test(word)),
  replace: rest => rest.length === 0 || ((rest[0] === '-l' || rest[0] === '--list') && rest.slice(1).every(word => !word.startsWith('-'))),
  bisect: rest => rest.length === 1 && (rest[0] === 'log' || rest[0] === 'terms'),
  'symbolic-ref': rest =>
    rest.filter(word => !/^(--short|-q|--quiet|--(no-)?recurse)$/u.test(word)).length === 1 &&
    !rest.some(word => /^(-d|-m|--d)/u.test(word)),
  'sparse-checkout': rest => rest.length === 1 && rest[0] === 'list',
  'hash-object': rest => !rest.some(word => /^(-\w*w|--path|--stdin-paths)/u.test(word)),
};

const BRANCH_LISTS = /^(-l|--list|--(no-)?contains(=.*)?|--(no-)?merged(=.*)?|--points-at(=.*)?)$/u;
const BRANCH_FLAGS =
  /^(-[arvqi]+|--(all|remotes|verbose|show-current|column(=.*)?|no-column|color(=.*)?|no-color|ignore-case|sort=.*|format=.*|abbrev(=.*)?|no-abbrev|omit-empty))$/u;
const TAG_LISTS = /^(-l|--list|-n\d*|--(no-)?contains(=.*)?|--(no-)?merged(=.*)?|--points-at(=.*)?)$/u;
const TAG_FLAGS = /^(-i|--(column(=.*)?|no-column|color(=.*)?|ignore-case|sort=.*|format=.*|omit-empty))$/u;

/** A name on the line makes a branch or a tag, unless an option says that it is a pattern to list. */
function lists(rest: readonly string[], listing: RegExp, flags: RegExp): boolean {
  const listed = rest.some(word => listing.test(word));
  return rest.every(word => listing.test(word) || flags.test(word) || (listed && !word.startsWith('-')));
}

function readsConfig(rest: readonly string[]): boolean {
  const reads = rest.some(word => /^(--get(-all|-regexp|-urlmatch)?|--list|-l)$/u.test(word)) || rest[0] === 'get' || rest[0] === 'list';
  const known = rest.every(word => !word.startsWith('-') || CONFIG_FLAGS.test(word));
  return known && (reads || (rest.length === 1 && (rest[0] as string).includes('.')));
}

const CONFIG_FLAGS =
  /^(--get(-all|-regexp|-urlmatch)?|--list|-l|--(global|local|system|worktree|show-origin|show-scope|name-only|null|bool|int|path|all|regexp|(no-)?includes)|--type=\w+|--default=.*|-z)$/u;
