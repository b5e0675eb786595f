import {resolve} from 'node:path';
import type {Command} from 'commander';
import {Stop} from '../../../agent/stop.ts';
import {countOrZero} from '../numbers.ts';
import {act, add, valued, withExamples, withSession, withYes, type Act, type Running} from './command.ts';
import {commonOptions, withRunOptions, withTrust, type Raw} from './run-options.ts';

/** `agent [prompt]` itself, and `resume`. */
export function runCommands(root: Command, running: Running): void {
  root
    .usage('[options] [prompt]\n       agent <command> [options]')
    .argument('[prompt...]', 'what to do; without -p, a session opens in the terminal')
    .option('-p, --print', 'headless: read stdin too, print the answer, end')
    .option('-c, --continue', 'go on with the newest session of this repository')
    .option('-r, --resume [id]', 'go on with a past session; without an id, pick one');
  withTrust(withRunOptions(root)).option('--in-place', 'work in this checkout instead of a worktree');
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
    .option('--repo <dir>', "where the session's repository is now, or on this machine")
    .option('-p, --print', 'headless: read stdin too, print the answer, end');
  withTrust(withRunOptions(resume, {common: false})).action(async (id: string | undefined, rest: string[]) =>
    act(running, resume, resumeNamed(resume, id, rest)),
  );
}

/** `agent fork`. */
export function forkCommand(root: Command, running: Running): void {
  const fork = add(root, {
    name: 'fork',
    group: 'Sessions:',
    does: 'a new session from any step of another, with exactly its files, in a worktree of its own',
    examples: [
      ['agent fork k3f@4', 'from the end of step 4'],
      ['agent fork k3f@4 -m openai/gpt-5 -p "try it another way"', 'another model, another prompt, headless'],
      ['agent fork k3f@4 --edit prompt', 'from before the prompt that led to step 4, with another wording'],
      ['agent fork k3f --edit 4.2 --with output.txt', 'as if call 4.2 had given this'],
    ],
  });
  fork
    .argument('[id]', 'a session, by any unique beginning of its id, and a step: k3f@4')
    .argument('[prompt...]', 'what to do next')
    .option('--last', 'the newest session of this repository')
    .addOption(valued('--step <n>', 'the step, where it is not named with the session', countOrZero))
    .option('--edit <what>', '`prompt`, or a call such as 4.2, whose result is replaced')
    .option('--with <file>', 'what it becomes; - reads stdin. Without it, $EDITOR opens')
    .option('--json', 'print the new session as JSON (`v: 1`)')
    .option('-p, --print', 'headless: go on at once, print the answer, end');
  withRunOptions(fork, {common: false}).action(async (id: string | undefined, rest: string[]) =>
    act(running, fork, forkNamed(fork, id, rest)),
  );
}

/** `agent rewind`. */
export function rewindCommand(root: Command, running: Running): void {
  const rewind = add(root, {
    name: 'rewind',
    group: 'Sessions:',
    does: 'take the conversation, the files or both back to a step; nothing leaves the log, and it can be taken back itself',
    examples: [
      ['agent rewind --to 4', 'the newest session, to the end of step 4'],
      ['agent rewind k3f --to 4 --files', 'its files only'],
      ['agent rewind k3f --undo', 'take the last rewind back'],
    ],
  });
  withYes(withSession(rewind))
    .addOption(valued('--to <step>', 'the step whose end to go back to; 0 is the beginning', countOrZero))
    .option('--files', 'the files only')
    .option('--talk', 'the conversation only')
    .option('--undo', 'take the last rewind back')
    .option('--json', 'print what was done as JSON (`v: 1`)')
    .action(async (id: string | undefined, {to, files, talk, undo, last, yes, json}: RewindRaw) =>
      act(running, rewind, async ({program, io}) => {
        if ((to === undefined) === (undo === undefined))
          throw new Stop(2, 'Say where to go back to: --to <step>, or --undo for the last rewind.\nType: agent rewind --help');
        if (files && talk)
          throw new Stop(2, '--files is the files only, --talk the conversation only: for both give neither.\nType: agent rewind --help');
        const what = files ? ('files' as const) : talk ? ('talk' as const) : ('both' as const);
        const named = {session: id ?? null, last: last ?? false, dir: program.cwd};
        const how = {to: to === undefined ? ('undo' as const) : {step: to}, what, yes: yes ?? false, json: json ?? false};
        return (await import('../rewind.ts')).rewind({...named, ...how}, program, io);
      }),
    );
}

type RewindRaw = {to?: number; files?: true; talk?: true; undo?: true; last?: true; yes?: true; json?: true};

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
    if (raw.continue === undefined && raw.resume === undefined && raw.trust !== undefined)
      throw new Stop(2, '--trust belongs to going on with a session.\nType: agent resume --last --trust folder');
    if (raw.continue === undefined && raw.resume === undefined) return (await import('../run.ts')).run({...options, inPlace}, program, io);
    refuseMixed(raw);
    const session = typeof raw.resume === 'string' ? raw.resume : null;
    return (await import('../resume.ts')).resume({...options, session, last: raw.continue === true, trust: raw.trust ?? null}, program, io);
  };
}

function refuseMixed(raw: Raw): void {
  if (raw.continue === true && raw.resume !== undefined) {
    throw new Stop(2, '-c takes the newest session and -r one that you name: give one of them.\nType: agent --help');
  }
  if (raw.inPlace === true)
    throw new Stop(2, 'A session goes on where it was opened: --in-place is for new ones.\nType: agent resume --help');
}

function forkNamed(command: Command, id: string | undefined, rest: readonly string[]): Act {
  const raw = command.opts<Raw & {step?: number; edit?: string; with?: string; json?: true}>();
  const last = raw.last === true;
  const words = last && id !== undefined ? [id, ...rest] : rest;
  const [session, at] = last || id === undefined ? [null, null] : namedWithStep(id);
  if (at !== null && raw.step !== undefined && raw.step !== at)
    throw new Stop(2, `Two steps were named, ${at} and ${raw.step}: give one of them.\nType: agent fork --help`);
  return async ({program, io, debug}) => {
    const options = commonOptions(raw, {words, dir: program.cwd, debug});
    const file = raw.with === undefined || raw.with === '-' ? (raw.with ?? null) : resolve(program.cwd, raw.with);
    const how = {step: at ?? raw.step ?? null, edit: raw.edit ?? null, with: file, json: raw.json === true};
    return (await import('../fork.ts')).fork({...options, ...how, session, last}, program, io);
  };
}

/** `k3f@4` */
function namedWithStep(text: string): readonly [string, number | null] {
  const [id = '', step] = text.split('@');
  if (step === undefined) return [id, null];
  if (!/^\d{1,9}$/.test(step)) throw new Stop(2, `"${text}": behind the @ stands the number of a step.\nType: agent fork --help`);
  return [id, Number(step)];
}

function resumeNamed(command: Command, id: string | undefined, rest: readonly string[]): Act {
  const raw = command.opts<Raw>();
  const last = raw.last === true;
  const words = last && id !== undefined ? [id, ...rest] : rest;
  return async ({program, io, debug}) => {
    const options = commonOptions(raw, {words, dir: program.cwd, debug});
    return (await import('../resume.ts')).resume(
      {
        ...options,
        session: last ? null : (id ?? null),
        last,
        trust: raw.trust ?? null,
        repo: raw.repo === undefined ? null : resolve(program.cwd, raw.repo),
      },
      program,
      io,
    );
  };
}
