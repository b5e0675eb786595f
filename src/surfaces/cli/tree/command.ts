import {statSync} from 'node:fs';
import {resolve} from 'node:path';
import {Argument, InvalidArgumentError, Option, type Command} from 'commander';
import type {Program} from '../../../agent/program.ts';
import {Stop, type ExitCode} from '../../../agent/stop.ts';
import type {Io} from '../io.ts';
import type {Parsed} from '../numbers.ts';

/** One command line while it runs: where it writes to, and what its command answered. */
export type Running = {
  program: Program;
  io: Io;
  debug: boolean;
  /** The words of the prompt, taken from the command line before its options are parsed. */
  words: readonly string[];
  code: ExitCode;
};

/** What a command gets: the program as it stands in the folder that `-C` names, with the file of `--config`. */
export type Act = (at: {program: Program; io: Io; config: string | null; debug: boolean}) => Promise<ExitCode>;

type Spec = {
  name: string;
  does: string;
  /** Command lines, each with what it does. Shown below the help. */
  examples: readonly (readonly [string, string])[];
  group?: string;
  isDefault?: boolean;
};

export function add(parent: Command, {name, does, examples, group, isDefault}: Spec): Command {
  const command = parent
    .command(name, {isDefault: isDefault ?? false})
    .description(sentence(does))
    .summary(does);
  if (group !== undefined) command.helpGroup(group);
  return withCommon(withExamples(command, examples));
}

/** A command that only holds others. */
export function addGroup(parent: Command, {name, does, examples, group}: Omit<Spec, 'isDefault'>): Command {
  const command = parent.command(name).description(sentence(does)).summary(does);
  if (group !== undefined) command.helpGroup(group);
  return withExamples(command, examples);
}

const sentence = (does: string): string => `${does.charAt(0).toUpperCase()}${does.slice(1)}.`;

export function withExamples(command: Command, examples: Spec['examples']): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  return command.addHelpText('after', `\nExamples:\n${examples.map(([line, what]) => `  ${line.padEnd(width)}  ${what}`).join('\n')}`);
}

export const withJson = (command: Command): Command => command.option('--json', 'print JSON (`v: 1`), for programs');
export const withYes = (command: Command): Command => command.option('-y, --yes', 'do not ask');

export function withSession(command: Command): Command {
  return command
    .addArgument(new Argument('[id]', 'a session, by any unique beginning of its id; the newest of this repository where none is named'))
    .option('--last', 'the newest session of this repository');
}

/** An option whose value is checked while the line is parsed. */
export function valued<T>(flags: string, does: string, parse: (text: string) => Parsed<T>): Option {
  return new Option(flags, does).argParser((text: string) => {
    const parsed = parse(text);
    if ('value' in parsed) return parsed.value;
    throw new InvalidArgumentError(`Expected ${parsed.expected}.`);
  });
}

type Common = {C?: string; debug?: true; config?: string};

function withCommon(command: Command): Command {
  return command.option('-C <dir>', 'work as if started in this folder').option('--debug', 'show stack traces');
}

/** Runs a command where `-C` and `--config` say, wherever on the line it stood, and keeps its exit code. */
export async function act(running: Running, command: Command, perform: Act): Promise<void> {
  const {C, config: file} = commonOf(command);
  const {cwd} = running.program;
  const dir = C === undefined ? cwd : folder(cwd, C);
  const config = file === undefined ? null : resolve(dir, file);
  const program = C === undefined && config === null ? running.program : running.program.at({dir, config});
  running.code = await perform({program, io: running.io, config, debug: running.debug});
  const unused = running.debug ? (await program.index()).problem() : null;
  if (unused !== null) running.io.progress(`The index of the sessions cannot be used, so their logs were read: ${unused}`);
}

function folder(cwd: string, dir: string): string {
  const path = resolve(cwd, dir);
  if (statSync(path, {throwIfNoEntry: false})?.isDirectory() === true) return path;
  throw new Stop(2, `-C names ${path}, and there is no such folder.\nType: agent --help`);
}

function commonOf(command: Command): Common {
  const given = Object.entries(command.opts<Common>()).filter(([, value]) => value !== undefined);
  return {...(command.parent === null ? {} : commonOf(command.parent)), ...Object.fromEntries(given)};
}

/** A command and all below it. */
export const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];
