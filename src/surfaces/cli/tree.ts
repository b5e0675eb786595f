import {Command, type CommanderError} from 'commander';
import {Shown} from './failures.ts';
import {painter} from './paint.ts';
import {changeCommands} from './tree/changes.ts';
import {everyCommand, type Running} from './tree/command.ts';
import {machineCommands} from './tree/machine.ts';
import {proofCommands} from './tree/proof.ts';
import {demoCommand, forkCommand, rewindCommand, runCommands} from './tree/run.ts';
import {sessionCommands} from './tree/sessions.ts';
import {usageError} from './usage-error.ts';

/** Every command with its options and help. No command's own code is loaded before it is the one that was asked for. */
export function commandTree(running: Running): Command {
  const {io, program} = running;
  const paint = painter(io.color.stdout);
  const root = new Command('agent');
  root
    .enablePositionalOptions()
    .description(
      'A local-first coding agent for the terminal. It works in a git worktree of its own; `agent apply` brings the changes over.',
    )
    .configureOutput({
      writeOut: text => io.print(text),
      writeErr: text => io.progress(text),
      outputError: () => {},
      getOutHasColors: () => io.color.stdout,
      getErrHasColors: () => io.color.stderr,
      getOutHelpWidth: () => Math.min(io.columns, 100),
      getErrHelpWidth: () => Math.min(io.columns, 100),
    })
    .configureHelp({styleTitle: text => paint('bold', text), showGlobalOptions: false, subcommandTerm: termOf})
    .version(program.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help, with examples')
    .addHelpCommand(
      root
        .createCommand('help')
        .argument('[command]')
        .description('show the help of a command')
        .helpOption(false)
        .helpGroup('Getting started:'),
    );
  runCommands(root, running);
  forkCommand(root, running);
  rewindCommand(root, running);
  sessionCommands(root, running);
  changeCommands(root, running);
  proofCommands(root, running);
  demoCommand(root, running);
  machineCommands(root, running);
  for (const command of everyCommand(root)) command.exitOverride(error => end(error, command));
  return root;
}

/** In the list of commands: its name and arguments, without the options that every one has. */
function termOf(command: Command): string {
  return [
    command.name(),
    ...command.registeredArguments.map(argument => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`)),
  ].join(' ');
}

function end(error: CommanderError, command: Command): never {
  if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version') throw new Shown(0);
  if (error.code === 'commander.help') throw new Shown(error.exitCode === 0 ? 0 : 2);
  throw usageError(error, command);
}
