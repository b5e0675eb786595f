import {Option, type Command} from 'commander';
import {Stop} from '../../../agent/stop.ts';
import {lineRange} from '../numbers.ts';
import type {Range} from '../output-part.ts';
import {act, add, valued, withJson, withSession, type Running} from './command.ts';

/** `agent audit list`, which is `agent audit` itself, and `agent audit show`. */
export function auditCommands(audit: Command, running: Running): void {
  listCommand(audit, running);
  showCommand(audit, running);
}

function listCommand(audit: Command, running: Running): void {
  const list = add(audit, {
    name: 'list',
    isDefault: true,
    does: 'every output that was shortened, with its receipt',
    examples: [
      ['agent audit --last', 'of the newest session of this repository'],
      ['agent audit k3f --json', 'for programs'],
      ['agent audit k3f --csv', 'for a spreadsheet'],
    ],
  });
  withJson(withSession(list))
    .addOption(new Option('--csv', 'print CSV').conflicts('json'))
    .action(async (id: string | undefined, {last, json, csv}: {last?: true; json?: true; csv?: true}) =>
      act(running, list, async ({program, io}) => {
        const named = {session: id ?? null, last: last ?? false, dir: program.cwd};
        const form = json === true ? 'json' : csv === true ? 'csv' : 'table';
        return (await import('../audit.ts')).audit({...named, form}, program, io);
      }),
    );
}

type ShowOptions = {last?: true; asShown?: true; dropped?: true; lines?: Range; grep?: string; diff?: true; json?: true};

function showCommand(audit: Command, running: Running): void {
  const show = add(audit, {
    name: 'show',
    does: 'the original bytes of an output',
    examples: [
      ['agent audit show 1.1', 'of call 1.1 of the newest session'],
      ['agent audit show ab12cd34 k3f', 'by the beginning of its sha256'],
      ['agent audit show 1.1 --lines 7000-7400', 'a part of it'],
      ['agent audit show 1.1 --as-shown', 'what the model saw'],
      ['agent audit show 1.1 --dropped', 'what the model did not see, with line numbers'],
      ['agent audit show 1.1 --dropped --grep error', 'the lines of it that match, in what the model did not see'],
      ['agent audit show --diff 1.1 3.1', 'in which lines two outputs differ'],
    ],
  });
  withJson(show)
    .argument('<output>', 'a call (step.call), a step, prompt, or at least 8 digits of a sha256')
    .argument('[id...]', 'a session, by any unique beginning of its id; with --diff, the other output before it')
    .option('--last', 'the newest session of this repository')
    .option('--as-shown', 'exactly what the model saw')
    .addOption(new Option('--dropped', 'exactly what the model did not see, with line numbers').conflicts('asShown'))
    .addOption(valued('--lines <a-b>', 'only these lines, both ends included', lineRange))
    .option('--grep <pattern>', 'only the lines that match a regular expression (as of ripgrep), with line numbers')
    .addOption(new Option('--diff', 'two outputs: the lines in which they differ').conflicts(['dropped', 'lines', 'grep', 'json']))
    .action(async (output: string, words: readonly string[], options: ShowOptions) =>
      act(running, show, async ({program, io}) => {
        const {last = false, asShown: as_shown = false, dropped = false, lines = null, grep = null, json = false} = options;
        const {other, session} = named(words, options.diff === true);
        const at = {session, last, dir: program.cwd};
        if (other !== null) return (await import('../audit-diff.ts')).diffOutputs({...at, outputs: [output, other], as_shown}, program, io);
        return (await import('../audit-show.ts')).showOutput({...at, output, as_shown, dropped, lines, grep, json}, program, io);
      }),
    );
}

/** `--diff A B [id]`, whichever place the flag has in it. */
function named(words: readonly string[], diff: boolean): {other: string | null; session: string | null} {
  const [other = null, ...rest] = diff ? words : [null, ...words];
  const usage = 'Type: agent audit show --help';
  if (diff && other === null) throw new Stop(2, `--diff compares two outputs, and only one was named.\n${usage}`);
  if (rest.length > 1) throw new Stop(2, `Too many arguments: ${rest.slice(1).join(' ')}.\n${usage}`);
  return {other, session: rest[0] ?? null};
}
