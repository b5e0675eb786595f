import type {Program} from '../../agent/program.ts';
import type {Rerun} from '../../agent/rerun/rerun.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {confirmed} from './confirm.ts';
import {plural} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';
import {whichSession, type Named} from './named-session.ts';
import {painter} from './paint.ts';
import {rerunLines} from './rerun-lines.ts';
import {untilInterrupted} from './until-interrupted.ts';

/** `keep`: the new session and its worktree stay also where nothing differs. */
export type RerunOptions = Named & {keep: boolean; yes: boolean; json: boolean};

/**
 * `agent replay --rerun`: the recorded replies, and the tools run again in a fresh worktree of the session's first tree; then what differs. As JSON:
 * `{v: 1, session, rerun, likeness, calls: [CallAlike, …], trees: [TreesAlike, …], stuck, notes}`. 6 where something differs.
 */
export async function rerun({keep, yes, json, ...named}: RerunOptions, program: Program, io: Io): Promise<ExitCode> {
  const id = await whichSession(named, program);
  let answer: Awaited<ReturnType<Program['rerun']>> | null = null;
  let failed: {error: unknown} | null = null;
  const approve = (calls: readonly string[]) => approved(calls, {session: id, yes, io});
  const interrupted = await untilInterrupted(async stop => {
    try {
      answer = await program.rerun(id, {keep, approve, stop: AbortSignal.any([stop, io.gone])});
    } catch (error) {
      failed = {error};
    }
  });
  if (failed !== null) throw (failed as {error: unknown}).error;
  if (answer === null) throw new Error('The rerun ended without an answer.');
  return told(answer, {json, interrupted: interrupted(), io});
}

type Answer = Awaited<ReturnType<Program['rerun']>>;

function told(answer: Answer, {json, interrupted, io}: {json: boolean; interrupted: boolean; io: Io}): ExitCode {
  if (answer.kind === 'declined') {
    io.progress('Nothing was run.');
    return interrupted ? 130 : 1;
  }
  if (answer.kind === 'interrupted') {
    io.progress(
      `Interrupted. ${answer.rerun === null ? 'What was run again was taken away.' : `What was run again is session ${answer.rerun}.`}`,
    );
    return 130;
  }
  show(answer.rerun, json, io);
  return answer.rerun.likeness === 'different' ? 6 : 0;
}

function show(result: Rerun, json: boolean, io: Io): void {
  if (json) return io.print(JSON.stringify({v: 1, ...result}, null, 2));
  io.print(rerunLines(result, {paint: painter(io.color.stdout), width: io.columns}).join('\n'));
}

type Asking = {session: string; yes: boolean; io: Io};

/** Commands do again what they did outside of the worktree, too: whoever wants that says so. */
async function approved(calls: readonly string[], {session, yes, io}: Asking): Promise<boolean> {
  if (yes) return true;
  const what = `${plural(calls.length, 'call')} of session ${session}`;
  if (!io.tty.stdin || !io.tty.stderr)
    throw new Stop(
      4,
      `Running ${what} again was not allowed, and nobody is there to ask.\nNothing was run. To allow it, type the same with --yes.`,
    );
  const shown = calls.slice(0, mostShown).map(call => `  ${oneLine(call)}`);
  const more = calls.length > shown.length ? [`  … and ${calls.length - shown.length} more: agent replay ${session} --plain`] : [];
  io.progress([`These ran in session ${session}, and would run again, in a fresh worktree:`, ...shown, ...more].join('\n'));
  io.progress('What they do outside of the worktree (network, other folders) they do again.');
  return confirmed(`Run ${calls.length === 1 ? 'it' : 'them'} again?`, {yes, io});
}

const mostShown = 20;
