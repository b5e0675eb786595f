import {safeSedScript} from './sed-script.ts';
import {comparesWords} from './test-words.ts';

/** Whether a program with these words only reads the files that its words name, or prints. A word that is not known is null. */
export function wordsOnlyRead(program: string, args: readonly (string | null)[]): boolean {
  if (ANY_WORDS.has(program)) return !args.some(word => leadsOn(program, word));
  const check = Object.hasOwn(BY_WORDS, program) ? BY_WORDS[program] : undefined;
  return check !== undefined && !args.includes(null) && check(args as readonly string[]);
}

/** What a glob finds is a file's name, which may look like an option. */
function leadsOn(program: string, word: string | null): boolean {
  const options = Object.hasOwn(LEADS_ON, program) ? LEADS_ON[program] : undefined;
  return options !== undefined && word !== null && options.test(word);
}

/** Every word of these is a file to read, a text to print or an option that changes what is printed. */
const ANY_WORDS = new Set(
  `ls cat head tail wc grep egrep fgrep pwd echo which whoami id uname true false : basename dirname realpath readlink stat du df cut tr nl tac rev
  paste comm join cmp diff md5sum sha1sum sha256sum sha512sum shasum cksum seq sleep od hexdump printenv nproc arch uptime fold expand fmt
  groups tty`.split(/\s+/u),
);

/** Options of theirs that lead to files that no word names: links that are followed, and lists of names that are read from a file. */
const LEADS_ON: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(['grep', 'egrep', 'fgrep'].map(name => [name, /^(-[a-zA-Z]*[RS]|--de)/u])),
  ls: /^(-[a-zA-Z]*[LH]|--de)/u,
  du: /^(-[a-zA-Z]*[LHDX]|--(de|fi|exclude-f))/u,
  wc: /^--fi/u,
  stat: /^(-[a-zA-Z]*L|--de)/u,
  diff: /^(-[a-zA-Z]*[rXl]|--(rec|fr|to|exclude-f|pag))/u,
  ...Object.fromEntries(['md5sum', 'sha1sum', 'sha256sum', 'sha512sum', 'shasum', 'cksum'].map(name => [name, /^(-[a-zA-Z]*c|--c)/u])),
};

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
  find: args => !args.some(word => /^-(exec|ok|delete|fprint|fls|follow|files0|[A-Z]*[LH])/u.test(word)),
  rg: args => !args.some(word => /^--(pre|hostname-bin|search-zip|follow)|^-[a-zA-Z]*[zL]/u.test(word)),
  tree: args => !args.some(word => /^(-\w*[oRl]|--(output|fromf|fromt|info))/u.test(word)),
  file: args => !args.some(word => /^(-\w*[CmLf]|--(comp|mag|de|fi))/u.test(word)),
  date: args => args.every(word => /^(\+.*|-u|-R|-I\w*|--(utc|universal|iso-8601(=\w+)?|rfc-\w+(=\w+)?))$/u.test(word)),
  hostname: args => args.length === 0,
  printf: args => args[0] !== undefined && !args[0].startsWith('-'),
  command: args => args[0] === '-v' || args[0] === '-V',
  type: args => args.every(word => !word.startsWith('-') || /^-[aptPf]+$/u.test(word)),
  env: args => args.length === 0,
  xxd: args => args.every(word => !/^-\w*r/u.test(word)) && args.filter(word => !word.startsWith('-')).length <= 1,
  sed: readOnlySed,
  cd: args => args.length === 1 && !/^-|^$/u.test(args[0] as string),
  jq: args =>
    args.every(word => !word.startsWith('-') || /^-[rceSMCja]+$/u.test(word)) &&
    JQ_PATH.test(args.find(word => !word.startsWith('-')) ?? ''),
  test: comparesWords,
  '[': args => args.at(-1) === ']' && comparesWords(args.slice(0, -1)),
  '[[': args => args.at(-1) === ']]' && comparesWords(args.slice(0, -1)),
  ...Object.fromEntries(
    `node npm npx pnpm yarn bun deno python python3 pip pip3 ruby perl java javac rustc cargo tsc make cmake gcc clang docker rg bash zsh`
      .split(' ')
      .filter(name => name !== 'rg')
      .map(name => [name, (args: readonly string[]) => args.length === 1 && /^(--version|-V)$/u.test(args[0] as string)]),
  ),
  go: args => args.length === 1 && args[0] === 'version',
};

/** Its language reads other files (`import`, `input`) and the environment: only a path into the document, and how long or of which keys it is. */
const JQ_PATH = /^\.(\w+)?(\[\d*\])*(\.\w+(\[\d*\])*)*(\s*\|\s*(keys|length|type))?$/u;

/** `sed` has commands that write files and run programs: only scripts of plain printing, deleting and substituting count. */
function readOnlySed(args: readonly string[]): boolean {
  const options = args.filter(word => word.startsWith('-'));
  if (!options.every(word => /^(-[nErzsu]+|--(quiet|silent|regexp-extended|null-data))$/u.test(word))) return false;
  const script = args.find(word => !word.startsWith('-'));
  return script !== undefined && safeSedScript(script);
}
