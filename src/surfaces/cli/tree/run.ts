import type {Command} from 'commander';
import {Stop} from '../../../agent/stop.ts';
import {act, add, withExamples, type Act, type Running} from './command.ts';
import {commonOptions, withRunOptions, type Raw} from './run-options.ts';

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
  withRunOptions(resume, {common: false}).action(async (id: string | undefined, rest: string[]) =>
    act(running, resume, resumeNamed(resume, id, rest)),
  );
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

function startOrResume(root: Command, words: readonly string[]): Act {
  const raw = root.opts<Raw>();
  return async ({program, io, debug}) => {
    const options = commonOptions(raw, {words, dir: program.cwd, debug});
    const inPlace = raw.inPlace === true;
    if (raw.continue === undefined && raw.resume === undefined) return (await import('../run.ts')).run({...options, inPlace}, program, io);
    refuseMixed(raw);
    const session = typeof raw.resume === 'string' ? raw.resume : null;
    return (await import('../resume.ts')).resume({...options, session, last: raw.continue === true}, program, io);
  };
}

function refuseMixed(raw: Raw): void {
  if (raw.continue === true && raw.resume !== undefined) {
    throw new Stop(2, '-c takes the newest session and -r one that you name: give one of them.\nType: agent --help');
  }
  if (raw.inPlace === true)
    throw new Stop(2, 'A session goes on where it was opened: --in-place is for new ones.\nType: agent resume --help');
}

function resumeNamed(command: Command, id: string | undefined, rest: readonly string[]): Act {
  const raw = command.opts<Raw>();
  const last = raw.last === true;
  const words = last && id !== undefined ? [id, ...rest] : rest;
  return async ({program, io, debug}) => {
    const options = commonOptions(raw, {words, dir: program.cwd, debug});
    return (await import('../resume.ts')).resume({...options, session: last ? null : (id ?? null), last}, program, io);
  };
}
