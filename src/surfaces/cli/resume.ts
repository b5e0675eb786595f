import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import type {Turn} from '../../core/turn/turn.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {trustOf} from './ask-trust.ts';
import type {Io} from './io.ts';
import type {ResumeOptions} from './options.ts';
import {pipedInput} from './piped-input.ts';
import {expectedAnswer, proceed} from './run.ts';
import {runFlags} from './run-flags.ts';
import {whichSession} from './named-session.ts';

/** `agent resume`: goes on with a past session, with a new prompt or with what it still owes. */
export async function resume(options: ResumeOptions, program: Program, io: Io): Promise<ExitCode> {
  const headless = options.print || !io.tty.stdin || !io.tty.stdout;
  const expected = await expectedAnswer(options.jsonSchema);
  const id = await chosen(options, {program, io, headless});
  const piped = headless ? await pipedInput(io, true) : null;
  const words = [options.prompt, piped].filter(part => part !== null && part.trim() !== '');
  const trust = trustOf(options.trust, {headless, io});
  const opened = await program.resume(id, {
    add_dirs: options.addDirs,
    config: options.config,
    flags: runFlags(options),
    headless,
    trust,
    repo: options.repo ?? null,
  });
  const {turn} = opened.session.state();
  const prompt = words.length > 0 ? words.join('\n\n') : headless ? unsaid(turn) : null;
  if (headless && prompt === null && turn.owes === 'human') {
    await opened.session.close();
    throw new Stop(2, `Session ${id} owes nothing: it ended its last turn. Give it a prompt: agent resume ${id} -p "now add a test"`);
  }
  return proceed(opened, {...options, prompt, headless, expected}, {program, io});
}

/** A turn that was broken off is gone on with, where nothing else is said. */
function unsaid({owes, rest}: Turn): string | null {
  return owes === 'human' && ['failed', 'limit', 'storm', 'interrupted', 'cut'].includes(rest.why) ? 'Go on where you stopped.' : null;
}

async function chosen(
  {session, last, dir, plain}: ResumeOptions,
  {program, io, headless}: {program: Program; io: Io; headless: boolean},
): Promise<SessionId> {
  if (session !== null || last || headless) return whichSession({session, last, dir}, program);
  const {pickSession} = await import('./pick-session.ts');
  return pickSession({dir, plain}, program, io);
}
