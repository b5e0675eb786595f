import {readFile} from 'node:fs/promises';
import type {ForkEdit, Forked, Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import type {CallId, SessionId} from '../../core/vocabulary/ids.ts';
import {editText} from './edit-text.ts';
import type {Io} from './io.ts';
import {whichSession} from './named-session.ts';
import type {ResumeOptions} from './options.ts';
import {pipedInput} from './piped-input.ts';
import {expectedAnswer, proceed} from './run.ts';
import {runFlags} from './run-flags.ts';

/** `step` null: the newest. `edit` is `prompt`, or a call (`4.2`); `with` a file that holds what it becomes, `-` for stdin. */
export type ForkOptions = Omit<ResumeOptions, 'trust'> & {step: number | null; edit: string | null; with: string | null; json: boolean};

/** `agent fork`: a new session from any step of another, with exactly its files; it is gone on with where a person or a prompt is there. */
export async function fork(options: ForkOptions, program: Program, io: Io): Promise<ExitCode> {
  const {session, last, dir, print, addDirs, config} = options;
  const expected = await expectedAnswer(options.jsonSchema);
  const parent = await whichSession({session, last, dir}, program);
  const {edit, words} = await editing(options, {program, io});
  const piped = print && options.with !== '-' ? await pipedInput(io, true) : null;
  const forked = await program.fork(parent, {step: options.step, edit});
  const said = [words ?? options.prompt, piped].filter(part => part !== null && part.trim() !== '').join('\n\n');
  const prompt = edit?.what === 'prompt' && said === '' ? await editedPrompt(forked, {program, io}) : said === '' ? null : said;
  tell(parent, forked, {io, json: options.json});
  const headless = print || !io.tty.stdin || !io.tty.stdout;
  if (headless && !print && prompt === null) return 0;
  if (options.json && !print) return 0;
  const opened = await program.resume(forked.id, {add_dirs: addDirs, config, flags: runFlags(options), headless});
  if (headless && prompt === null && opened.session.state().turn.owes === 'human') {
    await opened.session.close();
    throw new Stop(
      2,
      `The fork ${forked.id} owes nothing: step ${forked.step} ended its turn. Give it a prompt: agent resume ${forked.id} -p "now try it another way"`,
    );
  }
  return proceed(opened, {...options, prompt, headless, expected}, {program, io});
}

type At = {program: Program; io: Io};

/** What is to be changed; `words` where a prompt was given in a file. */
async function editing({edit, step, with: file}: ForkOptions, at: At): Promise<{edit: ForkEdit | null; words: string | null}> {
  if (edit === null && file !== null)
    throw new Stop(2, '--with says what a prompt or a result becomes, and --edit is missing.\nType: agent fork --help');
  if (edit === null) return {edit: null, words: null};
  const given = file === null ? null : await contentOf(file, at.io);
  if (edit === 'prompt') return {edit: {what: 'prompt'}, words: given === null ? null : Buffer.from(given).toString('utf8')};
  if (!/^\d+\.\d+$/.test(edit))
    throw new Stop(2, `--edit ${edit}: expected "prompt", or a call such as 4.2.\nTo change the model: agent fork <id>@<step> -m <model>`);
  if (step !== null && Number(edit.split('.')[0]) !== step)
    throw new Stop(2, `Call ${edit} is not one of step ${step}.\nTo fork behind it: agent fork <id>@${edit.split('.')[0]} --edit ${edit}`);
  const text = async (before: Uint8Array) => given ?? (await editText(Buffer.from(before), {name: `result-of-${edit}.txt`, ...at}));
  return {edit: {what: 'result', call: edit as CallId, text}, words: null};
}

async function contentOf(file: string, io: Io): Promise<Uint8Array> {
  if (file === '-') return Buffer.from((await pipedInput(io, false)) ?? '');
  try {
    return await readFile(file);
  } catch (cause) {
    throw new Stop(2, `--with ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {cause});
  }
}

/** Without one on the command line, the parent's own prompt is opened to be changed; unchanged it is said again. */
async function editedPrompt({prompt, id}: Forked, at: At): Promise<string> {
  const text = await editText(Buffer.from(prompt ?? ''), {name: 'prompt.md', ...at});
  const words = text === null ? '' : Buffer.from(text).toString('utf8').trim();
  if (words === '') throw new Stop(130, `No prompt was given. The fork is there: agent resume ${id}`);
  return words;
}

function tell(parent: SessionId, {id, step, root, left_out}: Forked, {io, json}: {io: Io; json: boolean}): void {
  if (json) return io.print(JSON.stringify({v: 1, session: id, parent, step, worktree: root}));
  const where = step === 0 ? 'at its beginning' : `after step ${step}`;
  io.progress(`Forked ${parent} ${where}: session ${id}, with the files of then in ${root}`);
  if (left_out.length > 0)
    io.progress(
      `Not brought, since no checkpoint holds them: ${left_out
        .slice(0, 5)
        .map(({path}) => path)
        .join(', ')}${left_out.length > 5 ? ' …' : ''}`,
    );
  io.progress(`Go on with it: agent resume ${id}`);
}
