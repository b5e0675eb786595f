import {readFile} from 'node:fs/promises';
import type {OpenSession, Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {changedFiles, closing} from './ending.ts';
import {goOn} from './go-on.ts';
import type {Io} from './io.ts';
import type {Expected} from './json-answer.ts';
import {onHangUp} from './on-leaving.ts';
import type {RunOptions} from './options.ts';
import {pipedInput} from './piped-input.ts';
import {printRun} from './print.ts';
import {runFlags} from './run-flags.ts';

/** `agent [prompt]`: a session in the terminal where there is one and `-p` was not given; else a headless run. */
export async function run(options: RunOptions, program: Program, io: Io): Promise<ExitCode> {
  const headless = options.print || !io.tty.stdin || !io.tty.stdout;
  const expected = await expectedAnswer(options.jsonSchema);
  const prompt = headless ? await wholePrompt(options.prompt, io) : options.prompt;
  const {dir, inPlace, addDirs, config} = options;
  const opened = await program.open({dir, in_place: inPlace, add_dirs: addDirs, config, flags: runFlags(options), headless});
  return proceed(opened, {...options, prompt, headless, expected}, {program, io});
}

/** What a new session and a resumed one have in common: the work, and what comes after it. */
export async function proceed(
  opened: OpenSession,
  options: Pick<RunOptions, 'output' | 'apply' | 'plain'> & {prompt: string | null; headless: boolean; expected: Expected | null},
  {program, io}: {program: Program; io: Io},
): Promise<ExitCode> {
  if (!options.headless) return inTerminal(opened, options, {program, io});
  const {prompt, output, expected, apply} = options;
  return printRun(opened, {prompt, output, expected, apply}, {program, io});
}

async function inTerminal(
  {id, session, notices}: OpenSession,
  {prompt: given, plain}: {prompt: string | null; plain: boolean},
  {program, io}: {program: Program; io: Io},
): Promise<ExitCode> {
  const stopListening = onHangUp(session);
  try {
    const prompt = await goOn(session, given);
    const opened = {id, session, notices};
    const ended = await (plain || program.env['TERM'] === 'dumb'
      ? inPlain(opened, prompt, {program, io})
      : program.terminal({...opened, prompt}));
    io.progress(closing(id, await changedFiles(session.state(), program), session.state()));
    return ended === 'interrupted' ? 130 : 0;
  } finally {
    await session.close().finally(stopListening);
  }
}

async function inPlain(
  opened: OpenSession,
  prompt: string | null,
  {program, io}: {program: Program; io: Io},
): Promise<'quit' | 'interrupted'> {
  const {plainSession} = await import('./plain-session.ts');
  return plainSession(opened, {prompt, actions: program.actions(opened)}, io);
}

async function wholePrompt(words: string | null, io: Io): Promise<string> {
  const piped = await pipedInput(io, words !== null);
  const prompt = [words, piped].filter(part => part !== null && part.trim() !== '').join('\n\n');
  if (prompt === '') throw new Stop(2, 'There is no prompt. Give one: agent -p "fix the failing test"   or pipe it: agent -p < prompt.txt');
  return prompt;
}

/** Read before a session is opened: a schema that cannot be used leaves nothing behind. */
export async function expectedAnswer(file: string | null): Promise<Expected | null> {
  if (file === null) return null;
  const {expecting} = await import('./json-answer.ts');
  return expecting(await readSchema(file));
}

async function readSchema(file: string): Promise<object> {
  try {
    const schema: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) return schema;
  } catch (cause) {
    throw new Stop(2, `--json-schema ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {cause});
  }
  throw new Stop(2, `--json-schema ${file}: the file does not hold a JSON schema (an object).`);
}
