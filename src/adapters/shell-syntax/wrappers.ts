import {holdsSubstitution} from './evaluated.ts';
import type {WrittenCommand} from './line.ts';

/** What a command runs besides itself: `commands` of its words, `texts` that a shell reads. `keep` where the command itself counts too. */
export function opened(written: WrittenCommand): Opened {
  const [first] = written.words;
  if (first === null) return uncertain('the name of a command is not known before it runs');
  if (first === undefined) return PLAIN;
  if (written.texts[0] === first && RESERVED.test(first)) return uncertain(`a command does not begin with ${first}`);
  const program = first.slice(first.lastIndexOf('/') + 1).toLowerCase();
  if (SHELLS.has(program)) return shell(written);
  if (SCRIPTED.test(program)) return readsProgram(written) ? uncertain(`${program} runs what it is given on its input`) : PLAIN;
  if (program === 'eval' || program === 'trap') return evaluated(written, program);
  if (/^(mapfile|readarray)$/u.test(program) && written.words.some(word => word === null || /^-\w*C/u.test(word)))
    return uncertain(`what ${program} runs is not known`);
  if (program === 'find') return found(written);
  if (UNKNOWABLE.has(program)) return uncertain(`what ${program} runs is not known`);
  const wrapper = Object.hasOwn(WRAPPERS, program) ? WRAPPERS[program] : undefined;
  return wrapper === undefined ? PLAIN : wrapped(written, wrapper, program);
}

export type Opened = {keep: boolean; commands: readonly WrittenCommand[]; texts: readonly string[]; why: string | null};

/** Where the shell takes these for its own words, the grammar may not have. */
const RESERVED = /^(!|\{|\}|if|then|else|elif|fi|do|done|case|esac|while|until|for|select|function|in|\]\])$/u;

const PLAIN: Opened = {keep: true, commands: [], texts: [], why: null};

function uncertain(why: string): Opened {
  return {...PLAIN, why};
}

const SHELLS = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'ash', 'mksh', 'fish', 'rbash']);
const SCRIPTED = /^(python|node|perl|ruby|php|lua|deno|bun)[\d.]*$/u;
const UNKNOWABLE = new Set([
  'ssh',
  'su',
  'script',
  'parallel',
  'watch',
  'at',
  'batch',
  'expect',
  'alias',
  'shopt',
  'enable',
  'runuser',
  'crontab',
  'fc',
  'complete',
  'compgen',
  'bind',
]);

/** `-c TEXT` is read again; a script file is a program like any other; anything else comes from its input. */
function shell(written: WrittenCommand): Opened {
  const {words} = written;
  for (let at = 1; at < words.length; at++) {
    const word = words[at];
    if (word === null || word === undefined) return uncertain('what a shell runs is not known');
    if (/^-[a-z]*c[a-z]*$/u.test(word)) return shellText(words.slice(at + 1), /^-[cexlui]+$/u.test(word));
    if (word === '-o' || word === '+o' || word === '-O' || word === '+O') at++;
    else if (word === '-s' || word === '-' || word === '--') return word === '--' && at + 1 < words.length ? PLAIN : fromInput(written);
    else if (!/^([-+][a-z]+|--(login|norc|noprofile|posix))$/u.test(word))
      return word.startsWith('-') ? uncertain(`an option of a shell: ${word}`) : PLAIN;
  }
  return fromInput(written);
}

function shellText(after: readonly (string | null)[], plainly: boolean): Opened {
  const rest = after[0] === '--' ? after.slice(1) : after;
  const [text] = rest;
  if (typeof text !== 'string') return uncertain('the text that a shell runs is not known');
  if (!plainly || text.startsWith('-')) return {keep: true, commands: [], texts: [text], why: 'a shell is given options'};
  if (rest.slice(1).some(word => word !== null && holdsSubstitution(word)))
    return {keep: true, commands: [], texts: [text], why: 'a shell is given a substitution as a word'};
  return {keep: false, commands: [], texts: [text], why: null};
}

function fromInput({stdin}: WrittenCommand): Opened {
  if (stdin === null) return uncertain('a shell runs what it is given on its input');
  return {keep: true, commands: [], texts: [stdin], why: null};
}

function readsProgram({words}: WrittenCommand): boolean {
  return words.slice(1).every(word => word === '-');
}

function evaluated({words}: WrittenCommand, program: string): Opened {
  const args = words.slice(1).filter(word => word !== '--');
  const text = program === 'trap' ? args.slice(0, 1) : args;
  if (text.includes(null)) return uncertain(`what ${program} runs is not known`);
  return {keep: program === 'trap', commands: [], texts: text.length === 0 || text[0] === '-' ? [] : [text.join(' ')], why: null};
}

/** `-exec … ;` once for each file: `{}` is not known. */
function found(written: WrittenCommand): Opened {
  const commands: WrittenCommand[] = [];
  for (let at = 1; at < written.words.length; at++) {
    if (!/^-(exec|execdir|ok|okdir)$/u.test(written.words[at] ?? '')) continue;
    const rest = written.words.slice(at + 1);
    const end = rest.findIndex(word => word === ';' || word === '+');
    const inner = part(written, at + 1, end < 0 ? written.words.length : at + 1 + end);
    commands.push({...inner, words: inner.words.map(word => (word?.includes('{}') ? null : word))});
  }
  return {keep: true, commands, texts: [], why: written.words.includes(null) && commands.length > 0 ? 'a word of find is not known' : null};
}

/** `flags` stand alone, `valued` take the next word, `skip` operands come before the command. What else begins with `-` is not known. */
type Wrapper = {flags: RegExp; valued: RegExp; skip?: number; assigns?: boolean; keep?: boolean; more?: boolean; looks?: RegExp};

const NONE = /^$/u;
const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  timeout: {
    flags: /^(-v|-f|-p|--(foreground|preserve-status|verbose|kill-after=.*|signal=.*)|-[ks].+)$/u,
    valued: /^(-k|-s|--kill-after|--signal)$/u,
    skip: 1,
  },
  gtimeout: {
    flags: /^(-v|--(foreground|preserve-status|kill-after=.*|signal=.*)|-[ks].+)$/u,
    valued: /^(-k|-s|--kill-after|--signal)$/u,
    skip: 1,
  },
  nice: {flags: /^(-\d+|-n-?\d+|--adjustment=.*)$/u, valued: /^(-n|--adjustment)$/u},
  ionice: {flags: /^(-[cn]\d|-t)$/u, valued: /^-[cn]$/u},
  nohup: {flags: NONE, valued: NONE},
  time: {flags: /^(-p|-v|-l)$/u, valued: NONE, assigns: true},
  stdbuf: {flags: /^-[ioe].+$/u, valued: /^-[ioe]$/u},
  setsid: {flags: /^(-[wcf]+|--(wait|fork|ctty))$/u, valued: NONE},
  command: {flags: /^-p$/u, valued: NONE, looks: /^-p?[vV]+$/u},
  builtin: {flags: NONE, valued: NONE},
  exec: {flags: /^-[cl]+$/u, valued: /^-a$/u},
  coproc: {flags: NONE, valued: NONE, assigns: true},
  busybox: {flags: NONE, valued: NONE},
  caffeinate: {flags: /^-[disu]+$/u, valued: /^-[tw]$/u},
  env: {flags: /^(-i|-|-0|--(ignore-environment|null|unset=.*)|-u.+)$/u, valued: /^(-u|--unset)$/u, assigns: true},
  sudo: {
    flags: /^(-[nEHSkbA]+|--(preserve-env(=.*)?|non-interactive|set-home))$/u,
    valued: /^(-[ugpCTR]|--(user|group))$/u,
    assigns: true,
    keep: true,
  },
  doas: {flags: /^-[nL]+$/u, valued: /^-[uC]$/u, keep: true},
  xargs: {
    flags: /^(-[0rtpxo]+|-[nPLsdEI].+|-i.*|--(null|no-run-if-empty|verbose|exit|max-\w+=.*|delimiter=.*|replace(=.*)?))$/u,
    valued: /^(-[nPLsdEIa]|--(arg-file|max-args|max-procs|delimiter))$/u,
    more: true,
  },
};

function wrapped(written: WrittenCommand, wrapper: Wrapper, program: string): Opened {
  const {words} = written;
  const sets: string[] = [];
  let skip = wrapper.skip ?? 0;
  for (let at = 1; at < words.length; at++) {
    const word = words[at];
    if (word === null || word === undefined) return uncertain(`what ${program} runs is not known`);
    if (word === '--') skip += 0;
    else if (wrapper.looks?.test(word)) return PLAIN;
    else if (wrapper.valued.test(word)) at++;
    else if (wrapper.flags.test(word)) continue;
    else if (word.startsWith('-') && word !== '-') return uncertain(`an option of ${program}: ${word}`);
    else if (wrapper.assigns && /^\w+=/u.test(word)) sets.push(word.slice(0, word.indexOf('=')));
    else if (skip > 0) skip--;
    else return innerOf(written, wrapper, at, sets);
  }
  return PLAIN;
}

function innerOf(written: WrittenCommand, wrapper: Wrapper, at: number, sets: readonly string[]): Opened {
  const inner = part(written, at, written.words.length);
  const command = {...inner, sets: [...inner.sets, ...sets]};
  return {keep: wrapper.keep ?? false, commands: [wrapper.more ? fed(command, written.words.slice(1, at)) : command], texts: [], why: null};
}

/** What `xargs` reads takes the place of its marker (`-I{}`), and else follows as more words. */
function fed(command: WrittenCommand, options: readonly (string | null)[]): WrittenCommand {
  const marked = options.findIndex(option => /^(-I|-i|--replace)/u.test(option ?? ''));
  const marker =
    /^(?:-I|-i|--replace=?)(.+)$/u.exec(options[marked] ?? '')?.[1] ?? (options[marked] === '-I' ? options[marked + 1] : '{}') ?? '{}';
  const words = command.words.map(word => (marked >= 0 && word?.includes(marker) ? null : word));
  return {...command, words: [...words, null], texts: [...command.texts, '$@']};
}

function part(written: WrittenCommand, from: number, to: number): WrittenCommand {
  return {...written, words: written.words.slice(from, to), texts: written.texts.slice(from, to)};
}
