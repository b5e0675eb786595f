import type {Command, Option} from 'commander';
import {Stop} from '../../agent/stop.ts';
import {nearest} from './nearest.ts';

/** The command line of `agent [prompt]`, its options apart from the words of the prompt. */
export type Split = {options: readonly string[]; words: readonly string[]};

/**
 * Null where the line names a command. What stands behind `--` or behind `-p` is always the prompt, even where it is a command's name; a
 * single word close to a command's name is taken for a slip.
 */
export function splitPrompt(argv: readonly string[], root: Command): Split | null {
  const options: string[] = [];
  const words: string[] = [];
  let literal = false;
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (word === '--') return {options, words: [...words, ...argv.slice(index + 1)]};
    if (word.startsWith('-') && word.length > 1) {
      options.push(word);
      literal ||= isPrint(word);
      if (takesNext(word, argv[index + 1], root.options)) options.push(argv[++index] ?? '');
    } else if (words.length === 0 && !literal && isCommand(word, argv.slice(index + 1), root)) return null;
    else words.push(word);
  }
  if (!literal) refuseSlip(words, root);
  return {options, words};
}

const isPrint = (word: string): boolean => word === '--print' || /^-[A-Za-z]*p/.test(word);

/** `help me fix this` is a prompt; `help` and `help sessions` are not. */
function isCommand(word: string, rest: readonly string[], root: Command): boolean {
  if (word === 'help') return rest.length === 0 || (rest.length === 1 && isCommandName(rest[0] ?? '', root));
  return isCommandName(word, root);
}

const isCommandName = (word: string, root: Command): boolean =>
  root.commands.some(command => command.name() === word || command.aliases().includes(word));

/** Whether the option's value is the next word: as in `--model x` and `-m x`, unlike `--model=x` and `-mx`. */
function takesNext(word: string, next: string | undefined, known: readonly Option[]): boolean {
  if (next === undefined) return false;
  if (word.startsWith('--'))
    return takes(
      known.find(option => option.long === word),
      next,
    );
  for (let index = 1; index < word.length; index++) {
    const option = known.find(({short}) => short === `-${word[index]}`);
    if (option?.required === true || option?.optional === true) return index === word.length - 1 && takes(option, next);
  }
  return false;
}

const takes = (option: Option | undefined, next: string): boolean =>
  option !== undefined && (option.required || (option.optional && !next.startsWith('-')));

function refuseSlip(words: readonly string[], root: Command): void {
  const [word] = words;
  if (word === undefined || words.length > 1 || !/^[A-Za-z-]+$/.test(word)) return;
  const meant = nearest(
    word,
    root.commands.map(command => command.name()),
  );
  if (meant === null) return;
  throw new Stop(
    2,
    `There is no command ${word}; did you mean ${meant}?\nType: agent ${meant}\nOr, where it is a prompt: agent -- ${word}`,
  );
}
