import type {Command, CommanderError} from 'commander';
import {Stop} from '../../agent/stop.ts';
import {nearest} from './nearest.ts';

/** What is wrong with the command line, and what to type to see how it should be. */
export function usageError(error: CommanderError, command: Command): Stop {
  const unknown = error.code === 'commander.excessArguments' ? unknownSubcommand(command) : null;
  const message = unknown ?? sentence(error.message);
  return new Stop(2, `${message}\nType: ${pathOf(unknown === null ? command : (command.parent ?? command))} --help`);
}

/** `agent sessions show` of a command in the tree. */
export const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;

// "error: unknown option '--jsn'\n(Did you mean --json?)" becomes one sentence.
function sentence(message: string): string {
  const text = message
    .replace(/^error: /, '')
    .replace(/\s*\(Did you mean (.*?)\?\)/s, '; did you mean $1?')
    .trim();
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(whole) ? whole : `${whole}.`;
}

/** `agent sessions shw` reaches `sessions list` with one word too many: what was meant is a command beside it. */
function unknownSubcommand(command: Command): string | null {
  const [word] = command.args;
  const beside = command.parent?.commands.map(other => other.name()) ?? [];
  if (word === undefined || command.name() !== 'list' || command.parent === null) return null;
  const meant = nearest(word, beside);
  return `There is no command ${pathOf(command.parent)} ${word}${meant === null ? `; there are ${beside.join(', ')}.` : `; did you mean ${meant}?`}`;
}
