import type {OpenSession, Program} from '../../agent/program.ts';
import type {SessionState} from '../../core/projections/session-state.ts';
import {visibleLines} from '../../core/text/visible.ts';
import type {Applied} from '../../ports/worktree.ts';
import {changedFiles} from './ending.ts';
import {exitCodeOf, type ExitCode} from './exit-code.ts';
import {explain} from './failures.ts';
import {oneLine} from './format/one-line.ts';
import {goOn} from './go-on.ts';
import type {Io} from './io.ts';
import {onLeaving} from './on-leaving.ts';
import type {Expected} from './json-answer.ts';
import type {OutputForm} from './options.ts';
import {outputIn, type Output} from './output-forms.ts';

/** `apply`: bring the changes into the checkout, where the run ended well. */
export type PrintOptions = {prompt: string | null; output: OutputForm; expected: Expected | null; apply: boolean};

type At = {program: Program; io: Io};

/** One headless run: the prompt is worked off to the end, the answer goes to stdout, and what happens meanwhile to stderr. */
export async function printRun(opened: OpenSession, options: PrintOptions, {program, io}: At): Promise<ExitCode> {
  const output = outputIn(options.output, io);
  const {answer, problem, state} = await workOff(opened, options, {io, output});
  const code = problem === null ? exitCodeOf(state) : (Math.max(1, exitCodeOf(state)) as ExitCode);
  const files = await changedFiles(state, program);
  const result = {id: opened.id, state, files, answer};
  if (!options.apply || code !== 0 || state.changes.place?.kind !== 'worktree') {
    output.result({...result, code, problem, applied: null});
    return code;
  }
  const brought = await bringOver(opened.id, program);
  output.result({...result, ...brought});
  return brought.code;
}

type Worked = {answer: string; problem: string | null; state: SessionState};

async function workOff(opened: OpenSession, {prompt, expected}: PrintOptions, {io, output}: {io: Io; output: Output}): Promise<Worked> {
  const {id, session, notices} = opened;
  for (const notice of notices) io.progress(`- ${visibleLines(notice)}`);
  await output.begin(id, session);
  session.watch(record => output.record(record));
  session.glance(progress => {
    if (progress.type === 'text' || progress.type === 'thinking') output.delta(progress.type, progress.step, progress.delta);
  });
  const stopListening = onLeaving(session, io.gone);
  try {
    const unsent = await goOn(session, prompt === null ? null : (expected?.ask(prompt) ?? prompt));
    if (unsent !== null) await session.submit({type: 'prompt', text: unsent});
    await session.settled();
    return {...(await settleAnswer(session, expected)), state: session.state()};
  } finally {
    // A signal while it closes must not leave the log open, and what was started running.
    await session.close().finally(stopListening);
  }
}

const tries = 2;

/** Where a schema was given, an answer that does not fit is sent back with what is wrong, a bounded number of times. */
async function settleAnswer(session: OpenSession['session'], expected: Expected | null): Promise<{answer: string; problem: string | null}> {
  for (let attempt = 0; ; attempt++) {
    const {card, turn} = session.state();
    const {text, problem} = expected?.check(card.answer) ?? {text: card.answer, problem: null};
    if (problem === null || turn.rest.why !== 'done' || attempt === tries) return {answer: text, problem};
    const again = `Your answer does not fit the JSON schema: ${problem}. Answer again.`;
    await session.submit({type: 'prompt', text: expected?.ask(again) ?? again});
    await session.settled();
  }
}

/** What fails here must not take the answer with it. */
async function bringOver(
  id: OpenSession['id'],
  program: Program,
): Promise<{code: ExitCode; problem: string | null; applied: Applied | null}> {
  const {applySession} = await import('./apply.ts');
  try {
    const applied = await applySession(id, {conflicts: false, commit: null}, program);
    return applied.kind === 'conflict' ? {code: 1, problem: conflictIn(applied, id), applied} : {code: 0, problem: null, applied};
  } catch (error) {
    const {code, message} = explain(error);
    return {code, problem: message, applied: null};
  }
}

function conflictIn({files}: Extract<Applied, {kind: 'conflict'}>, id: string): string {
  const names = files.map(({path}) => oneLine(path)).join(', ');
  return `The changes conflict with the checkout, and nothing was written: ${names}. See them with: agent apply ${id}`;
}
