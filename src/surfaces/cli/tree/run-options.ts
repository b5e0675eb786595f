import {resolve} from 'node:path';
import {Option, type Command} from 'commander';
import {Stop} from '../../../agent/stop.ts';
import type {Trusted} from '../../../agent/program.ts';
import type {Mode} from '../../../core/vocabulary/verdict.ts';
import {dollars, duration, wholeNumber} from '../numbers.ts';
import {modes, outputForms, trusted, type OutputForm, type RunOptions} from '../options.ts';
import {valued} from './command.ts';

/** As commander holds them. */
export type Raw = {
  print?: true;
  repo?: string;
  continue?: true;
  resume?: string | true;
  trust?: Trusted;
  last?: true;
  output?: OutputForm;
  jsonSchema?: string;
  maxSteps?: number;
  maxTokens?: number;
  maxUsd?: number;
  timeout?: number;
  model?: string;
  mode?: Mode;
  inPlace?: true;
  addDir?: string[];
  config?: string;
  apply?: true;
  plain?: true;
};

export function withRunOptions(command: Command, {common} = {common: true}): Command {
  command
    .addOption(new Option('--output <form>', 'with -p: the form of the answer (default: text)').choices(outputForms))
    .option('--json-schema <file>', 'with -p: the answer is JSON that fits this schema')
    .option('--apply', 'with -p: bring the changes into the checkout at the end')
    .addOption(valued('--max-steps <n>', 'stop after this many model requests', wholeNumber))
    .addOption(valued('--max-tokens <n>', 'stop after this many tokens, input and output', wholeNumber))
    .addOption(valued('--max-usd <n>', 'stop when this much money was spent', dollars))
    .addOption(valued('--timeout <duration>', 'stop after this long: 30s, 10m, 1h', duration))
    .option('-m, --model <name>', 'the model, as `agent models` prints it')
    .addOption(new Option('--mode <mode>', 'what may be done without asking').choices(modes))
    .addOption(
      new Option('--add-dir <dir>', 'let the tools work in this folder too (repeatable)').argParser(
        (dir: string, all: string[] | undefined) => [...(all ?? []), dir],
      ),
    )
    .option('--config <file>', 'read this configuration file too')
    .option('--plain', 'a line at a time: for terminals without cursor control, and for screen readers');
  return common ? command.option('-C <dir>', 'work as if started in this folder').option('--debug', 'show stack traces') : command;
}

export const withTrust = (command: Command): Command =>
  command.addOption(
    new Option('--trust <which>', 'where the worktree differs from its last checkpoint: go on with which of them').choices(trusted),
  );

type Given = {words: readonly string[]; dir: string; debug: boolean};

/** What a new session and a resumed one have in common. Paths become absolute, relative to `dir`. */
export function commonOptions(raw: Raw, {words, dir, debug}: Given): Omit<RunOptions, 'inPlace'> {
  refuseLonely(raw);
  return {
    prompt: words.length === 0 ? null : words.join(' '),
    print: raw.print === true,
    output: raw.output ?? 'text',
    jsonSchema: raw.jsonSchema === undefined ? null : resolve(dir, raw.jsonSchema),
    limits: {steps: raw.maxSteps ?? null, tokens: raw.maxTokens ?? null, usd: raw.maxUsd ?? null, ms: raw.timeout ?? null},
    model: raw.model ?? null,
    mode: raw.mode ?? null,
    dir,
    addDirs: (raw.addDir ?? []).map(path => resolve(dir, path)),
    config: raw.config === undefined ? null : resolve(dir, raw.config),
    debug,
    apply: raw.apply === true,
    plain: raw.plain === true,
  };
}

function refuseLonely({print, output, jsonSchema, apply, inPlace}: Raw): void {
  const headlessOnly = {'--output': output, '--json-schema': jsonSchema, '--apply': apply};
  const lonely = Object.entries(headlessOnly).find(([, value]) => value !== undefined);
  if (print !== true && lonely !== undefined) {
    throw new Stop(2, `${lonely[0]} belongs to a headless run, and -p is missing.\nType: agent -p ${lonely[0]} … "prompt"`);
  }
  if (apply !== true || inPlace !== true) return;
  throw new Stop(2, 'With --in-place the changes are made in the checkout itself: --apply has nothing to bring over.\nType: agent --help');
}
