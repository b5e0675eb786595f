import {resolve} from 'node:path';
import {Option, type Command} from 'commander';
import {Stop} from '../../../agent/program.ts';
import type {Mode} from '../../../core/vocabulary/verdict.ts';
import {dollars, duration, wholeNumber} from '../numbers.ts';
import {modes, outputForms, type OutputForm, type ResumeOptions, type RunOptions} from '../options.ts';
import {act, add, valued, withExamples, type Act, type Running} from './command.ts';

/** `agent [prompt]` itself, and `resume`. */
export function runCommands(root: Command, running: Running): void {
  root
    .usage('[options] [prompt]\n       agent <command> [options]')
    .argument('[prompt...]', 'what to do; without -p, a session opens in the terminal')
    .option('-p, --print', 'headless: read stdin too, print the answer, end')
    .option('-c, --continue', 'go on with the newest session of this repository')
    .option('-r, --resume [id]', 'go on with a past session; without an id, pick one');
  withRunOptions(root).option('--in-place', 'work in this checkout instead of a worktree');
  withExamples(root, [
    ['agent', 'open a session in this repository'],
    ['agent "fix the failing test"', 'open one that begins with this prompt'],
    ['agent -p "explain src/main.ts" --output json', 'headless, for scripts'],
    ['npm test 2>&1 | agent -p "why does this fail?"', 'stdin is part of the prompt'],
    ['agent diff; agent apply', 'look at the changes, bring them over'],
    ['agent -- stats', 'a prompt that is also the name of a command'],
  ]);
  root.action(async () => act(running, root, startOrResume(root, running.words)));

  const resume = add(root, {
    name: 'resume',
    group: 'Sessions:',
    does: 'go on with a past session: its conversation, context and files',
    examples: [
      ['agent resume', 'pick a session'],
      ['agent resume --last', 'the newest of this repository'],
      ['agent resume k3f "now the other test"', 'this one, with a prompt'],
      ['agent resume --last -p "go on" --max-steps 20', 'headless'],
    ],
  });
  resume
    .argument('[id]', 'a session, by any unique beginning of its id')
    .argument('[prompt...]', 'what to do next')
    .option('--last', 'the newest session of this repository')
    .option('-p, --print', 'headless: read stdin too, print the answer, end');
  withRunOptions(resume, {common: false}).action(async (id: string | undefined, rest: string[]) => act(running, resume, resumeNamed(resume, id, rest)));
}

/** `agent demo`. */
export function demoCommand(root: Command, running: Running): void {
  const demo = add(root, {
    name: 'demo',
    group: 'Getting started:',
    does: 'watch a scripted model repair a small real repository: no key, no network',
    examples: [['agent demo', 'in a new folder below the temporary one']],
  });
  demo.action(async () => act(running, demo, async ({program, io, debug}) => (await import('../demo.ts')).demo({debug}, program, io)));
}

/** As commander holds them. */
type Raw = {
  print?: true;
  continue?: true;
  resume?: string | true;
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
};

function withRunOptions(command: Command, {common} = {common: true}): Command {
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
    .addOption(new Option('--add-dir <dir>', 'let the tools work in this folder too (repeatable)').argParser((dir: string, all: string[] | undefined) => [...(all ?? []), dir]))
    .option('--config <file>', 'read this configuration file too');
  return common ? command.option('-C <dir>', 'work as if started in this folder').option('--debug', 'show stack traces') : command;
}

function startOrResume(root: Command, words: readonly string[]): Act {
  const raw = root.opts<Raw>();
  return async ({program, io, debug}) => {
    const options = runOptions(raw, {words, dir: program.cwd, debug});
    if (raw.continue === undefined && raw.resume === undefined) return (await import('../run.ts')).run(options, program, io);
    if (raw.continue === true && raw.resume !== undefined) throw new Stop(2, '-c takes the newest session and -r one that you name: give one of them.\nType: agent --help');
    if (raw.inPlace === true) throw new Stop(2, 'A session goes on where it was opened: --in-place is for new ones.\nType: agent resume --help');
    const session = typeof raw.resume === 'string' ? raw.resume : null;
    return (await import('../resume.ts')).resume(resumeOptions(options, {session, last: raw.continue === true}), program, io);
  };
}

function resumeNamed(command: Command, id: string | undefined, rest: readonly string[]): Act {
  const raw = command.opts<Raw>();
  const last = raw.last === true;
  const words = last && id !== undefined ? [id, ...rest] : rest;
  return async ({program, io, debug}) => {
    const options = runOptions(raw, {words, dir: program.cwd, debug});
    return (await import('../resume.ts')).resume(resumeOptions(options, {session: last ? null : (id ?? null), last}), program, io);
  };
}

function runOptions(raw: Raw, {words, dir, debug}: {words: readonly string[]; dir: string; debug: boolean}): RunOptions {
  const print = raw.print === true;
  const headlessOnly = [raw.output === undefined ? null : '--output', raw.jsonSchema === undefined ? null : '--json-schema', raw.apply === undefined ? null : '--apply'];
  const lonely = headlessOnly.find(flag => flag !== null);
  if (!print && lonely != null) throw new Stop(2, `${lonely} belongs to a headless run, and -p is missing.\nType: agent -p ${lonely} … "prompt"`);
  if (raw.apply === true && raw.inPlace === true) throw new Stop(2, 'With --in-place the changes are made in the checkout itself: --apply has nothing to bring over.\nType: agent --help');
  return {
    prompt: words.length === 0 ? null : words.join(' '),
    print,
    output: raw.output ?? 'text',
    jsonSchema: raw.jsonSchema === undefined ? null : resolve(dir, raw.jsonSchema),
    limits: {steps: raw.maxSteps ?? null, tokens: raw.maxTokens ?? null, usd: raw.maxUsd ?? null, ms: raw.timeout ?? null},
    model: raw.model ?? null,
    mode: raw.mode ?? null,
    inPlace: raw.inPlace === true,
    dir,
    addDirs: (raw.addDir ?? []).map(path => resolve(dir, path)),
    config: raw.config === undefined ? null : resolve(dir, raw.config),
    debug,
    apply: raw.apply === true,
  };
}

function resumeOptions({inPlace: _, ...options}: RunOptions, which: {session: string | null; last: boolean}): ResumeOptions {
  return {...options, ...which};
}
