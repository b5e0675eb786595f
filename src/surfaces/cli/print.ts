import type {OpenSession, Program} from '../../agent/program.ts';
import {transcript} from '../../core/projections/transcript.ts';
import type {SessionState} from '../../core/projections/session-state.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {ChangedFile} from '../../ports/worktree.ts';
import {exitCodeOf, type ExitCode} from './exit-code.ts';
import type {Io} from './io.ts';
import {plainLines} from './plain.ts';
import type {Expected} from './json-answer.ts';

export type PrintOptions = {prompt: string | null; output: 'text' | 'json' | 'stream-json'; expected: Expected | null};

/** One headless run: the prompt is worked off to the end, the answer goes to stdout, and what happens meanwhile to stderr. */
export async function printRun(opened: OpenSession, options: PrintOptions, {program, io}: {program: Program; io: Io}): Promise<ExitCode> {
  const {id, session, notices} = opened;
  const output = outputs[options.output](io);
  const {expected} = options;
  for (const notice of notices) io.progress(`- ${notice}\n`);
  session.watch(record => output.record(record));
  session.glance(progress => {
    if (progress.type === 'text' || progress.type === 'thinking') output.delta(progress.type, progress.step, progress.delta);
  });
  const stopListening = onLeaving(session, io.gone);
  try {
    await begin(session, options.prompt === null ? null : (expected?.ask(options.prompt) ?? options.prompt));
    await session.settled();
    const answer = await settleAnswer(session, expected);
    await session.settled();
    const state = session.state();
    const code = answer.problem === null ? exitCodeOf(state) : (Math.max(1, exitCodeOf(state)) as ExitCode);
    const files = await changedFiles(state, program);
    output.result({id, state, code, files, answer: answer.text, problem: answer.problem});
    return code;
  } finally {
    stopListening();
    await session.close(null);
  }
}

/** A resumed session may still owe something: then the prompt steers what it goes on with. */
async function begin(session: OpenSession['session'], prompt: string | null): Promise<void> {
  const goesOn = session.state().turn.owes !== 'human';
  if (prompt !== null) await session.submit({type: goesOn ? 'steer' : 'prompt', text: prompt});
  if (goesOn) session.goOn();
}

const tries = 2;

/** Where a schema was given, an answer that does not fit is sent back with what is wrong, a bounded number of times. */
async function settleAnswer(session: OpenSession['session'], expected: Expected | null): Promise<{text: string; problem: string | null}> {
  for (let attempt = 0; ; attempt++) {
    const {card, turn} = session.state();
    const checked = expected?.check(card.answer) ?? {text: card.answer, problem: null};
    if (checked.problem === null || turn.rest.why !== 'done' || attempt === tries) return checked;
    await session.submit({
      type: 'prompt',
      text: `Your answer does not fit the JSON schema: ${checked.problem}. Answer again with only JSON that fits it.`,
    });
    await session.settled();
  }
}

export async function changedFiles({changes}: SessionState, program: Program): Promise<readonly ChangedFile[]> {
  const {place, base, tree, applied} = changes;
  if (place === null || base === null || tree === null) return [];
  return (await program.worktrees()).changed(place, applied ?? base, tree);
}

type Result = {id: string; state: SessionState; code: ExitCode; files: readonly ChangedFile[]; answer: string; problem: string | null};
type Output = {
  record: (record: Recorded) => void;
  delta: (type: 'text' | 'thinking', step: number, delta: string) => void;
  result: (result: Result) => void;
};

const outputs: Record<PrintOptions['output'], (io: Io) => Output> = {
  text: io => {
    const follow = plainProgress(io);
    return {
      record: record => {
        // The last failure is what the run ends with: it is told there, with the way on.
        if (record.event.type !== 'model.failed' || record.event.retry_in_ms !== null) follow(record);
      },
      delta: () => {},
      result: ({id, state, code, files, answer, problem}) => {
        if (answer.trim() !== '') io.print(`${answer.trimEnd()}\n`);
        const why = problem ?? whyNot(state);
        if (code !== 0 && why !== null) io.progress(`! ${why}\n`);
        io.progress(closing(id, files, state));
      },
    };
  },
  json: io => ({record: plainProgress(io), delta: () => {}, result: result => io.print(`${JSON.stringify(resultObject(result))}\n`)}),
  'stream-json': io => ({
    record: ({seq, at, event}) => io.print(`${JSON.stringify({v: 1, type: 'event', seq, at, event})}\n`),
    delta: (type, step, delta) => io.print(`${JSON.stringify({v: 1, type: 'delta', of: type, step, delta})}\n`),
    result: result => io.print(`${JSON.stringify(resultObject(result))}\n`),
  }),
};

/** Tells on stderr what was done; the answer itself is left for stdout. */
function plainProgress(io: Io): (record: Recorded) => void {
  let state = transcript.initial;
  return record => {
    const before = state.done.length;
    state = transcript.apply(state, record);
    const lines = [...state.done.from(before)].filter(({kind}) => kind !== 'answer' && kind !== 'prompt').flatMap(plainLines);
    if (lines.length > 0) io.progress(lines.join('\n'));
  };
}

function resultObject({id, state, code, files, answer, problem}: Result): object {
  const {turn, usage, card, changes} = state;
  return {
    v: 1,
    type: 'result',
    session: id,
    exit_code: code,
    rest: turn.rest,
    problem: problem ?? (code === 0 ? null : whyNot(state)),
    answer,
    steps: usage.steps,
    usage: {input: usage.input, output: usage.output, cached: usage.cached},
    usd: usage.usd,
    refused: card.unasked,
    files: files.map(({path, change}) => ({path, change})),
    worktree: changes.place?.root ?? null,
  };
}

/** Why a run did not end well, in a sentence with the way on. */
export function whyNot({turn, card, opened}: SessionState): string | null {
  const {rest} = turn;
  const again = `agent resume ${opened?.session ?? '--last'}`;
  switch (rest.why) {
    case 'failed':
      return [rest.error.message, rest.error.hint, `Go on with: ${again}`].filter(Boolean).join(' ');
    case 'limit':
      return `The limit on ${rest.which} was reached. Go on with: ${again}`;
    case 'interrupted':
      return `Interrupted. Go on with: ${again}`;
    case 'cut':
      return `The model's reply was cut by its output limit. Go on with: ${again}`;
    case 'refused':
      return 'The model refused to answer.';
    default:
      return card.unasked.length === 0
        ? null
        : `${card.unasked.length} call${card.unasked.length === 1 ? '' : 's'} needed approval and ${card.unasked.length === 1 ? 'was' : 'were'} refused (${card.unasked.join(', ')}). Allow more with --mode accept-edits or --mode full, or with rules: agent config --help`;
  }
}

/** The end of every session: what changed, and how to see, apply or discard it. */
export function closing(id: string, files: readonly ChangedFile[], {changes}: SessionState): string {
  if (files.length === 0) return `Session ${id}: no files changed.\n`;
  const names = files.slice(0, 5).map(({path}) => path);
  const more = files.length > names.length ? ` and ${files.length - names.length} more` : '';
  const count = `${files.length} file${files.length === 1 ? '' : 's'}`;
  const next = changes.place?.kind === 'in-place' ? `agent diff ${id}` : `agent diff ${id} · agent apply ${id} · agent discard ${id}`;
  return `Session ${id}: ${count} changed (${names.join(', ')}${more}). ${next}\n`;
}

/** The first signal, or that nobody reads the output any more, interrupts the run; a second signal ends the program and what it started at once. */
function onLeaving(session: OpenSession['session'], gone: AbortSignal): () => void {
  let asked = false;
  const interrupt = () => void session.submit({type: 'interrupt'});
  const onSignal = () => {
    if (asked) leave(session.state());
    asked = true;
    interrupt();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  gone.addEventListener('abort', interrupt);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    gone.removeEventListener('abort', interrupt);
  };
}

function leave({groups}: SessionState): never {
  for (const {pgid} of groups) {
    try {
      process.kill(-pgid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  process.exit(130);
}
