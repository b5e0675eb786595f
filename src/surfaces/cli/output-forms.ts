import {transcript} from '../../core/projections/transcript.ts';
import type {SessionState} from '../../core/projections/session-state.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {Applied, ChangedFile} from '../../ports/worktree.ts';
import {closing, whyNot} from './ending.ts';
import type {ExitCode} from './exit-code.ts';
import type {Io} from './io.ts';
import type {OutputForm} from './options.ts';
import {plainLines} from './plain.ts';

/** How a headless run shows itself: `docs/headless.md` describes each line. */
export type Output = {
  begin: (id: string, state: SessionState) => void;
  record: (record: Recorded) => void;
  delta: (type: 'text' | 'thinking', step: number, delta: string) => void;
  result: (result: Result) => void;
};

/** `problem` is what was wrong beside how the session ended; `applied` is null where nothing was to be brought over. */
export type Result = {
  id: string;
  state: SessionState;
  code: ExitCode;
  files: readonly ChangedFile[];
  answer: string;
  problem: string | null;
  applied: Applied | null;
};

export function outputIn(form: OutputForm, io: Io): Output {
  return forms[form](io);
}

const forms: Record<OutputForm, (io: Io) => Output> = {
  text: io => {
    const follow = plainProgress(io);
    return {
      ...silent,
      record: record => {
        // The last failure is what the run ends with: it is told there, with the way on.
        if (record.event.type !== 'model.failed' || record.event.retry_in_ms !== null) follow(record);
      },
      result: result => tell(result, io),
    };
  },
  json: io => ({...silent, record: plainProgress(io), result: result => line(io, resultOf(result))}),
  'stream-json': io => ({
    begin: (id, {settings, changes}) =>
      line(io, {type: 'session', session: id, model: settings?.model, mode: settings?.mode, worktree: changes.place?.root}),
    record: ({seq, at, event}) => line(io, {type: 'event', seq, at, event}),
    delta: (of, step, delta) => line(io, {type: 'delta', of, step, delta}),
    result: result => line(io, resultOf(result)),
  }),
};

const silent = {begin: () => {}, delta: () => {}};

const line = (io: Io, value: object): void => io.print(JSON.stringify({v: 1, ...value}));

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

function tell({id, state, code, files, answer, problem, applied}: Result, io: Io): void {
  if (answer.trim() !== '') io.print(answer.trimEnd());
  const why = problem ?? whyNot(state);
  if (code !== 0 && why !== null) io.progress(`! ${why}`);
  io.progress(closing(id, files, state));
  if (applied?.kind === 'applied') io.progress(`Applied to the checkout. Take it back: agent apply ${id} --undo`);
}

function resultOf({id, state, code, files, answer, problem, applied}: Result): object {
  const {turn, usage, card, changes} = state;
  return {
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
    applied: applied?.kind ?? null,
    worktree: changes.place?.root ?? null,
  };
}
