import {transcript} from '../../core/projections/transcript.ts';
import {recentRecords} from '../../agent/recent-records.ts';
import type {Session} from '../../agent/session.ts';
import type {SessionState} from '../../core/projections/session-state.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import {visibleLines} from '../../core/text/visible.ts';
import type {Applied, ChangedFile} from '../../ports/worktree.ts';
import {closing, whyNot} from './ending.ts';
import type {ExitCode} from './exit-code.ts';
import type {Io} from './io.ts';
import {leftOut} from './left-out.ts';
import type {OutputForm} from './options.ts';
import {plainLines} from './plain.ts';
import {printable} from './printable.ts';

/** How a headless run shows itself: `docs/headless.md` describes each line. */
export type Output = {
  /** Before the first record of this run is shown: what a resumed session has behind it. */
  begin: (id: string, session: Session) => Promise<void>;
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
    const {begin, record: follow} = plainProgress(io);
    // The last failure is what the run ends with: it is told there, with the way on.
    const isLast = ({event}: Recorded) => event.type === 'model.failed' && event.retry_in_ms === null;
    return {begin, delta: () => {}, record: record => (isLast(record) ? undefined : follow(record)), result: result => tell(result, io)};
  },
  json: io => ({...plainProgress(io), delta: () => {}, result: result => line(io, resultOf(result))}),
  'stream-json': io => ({
    begin: async (id, session) => {
      const {settings, changes} = session.state();
      line(io, {type: 'session', session: id, model: settings?.model, mode: settings?.mode, worktree: changes.place?.root});
    },
    record: ({seq, at, event}) => line(io, {type: 'event', seq, at, event}),
    delta: (of, step, delta) => line(io, {type: 'delta', of, step, delta}),
    result: result => line(io, resultOf(result)),
  }),
};

const line = (io: Io, value: object): void => io.print(JSON.stringify({v: 1, ...value}));

/** Tells on stderr what was done; the answer itself is left for stdout. */
function plainProgress(io: Io): Pick<Output, 'begin' | 'record'> {
  let state = transcript.initial;
  const record = (each: Recorded) => {
    const before = state.done.length;
    state = transcript.apply(state, each);
    const lines = [...state.done.from(before)].filter(({kind}) => kind !== 'answer' && kind !== 'prompt').flatMap(plainLines);
    if (lines.length > 0) io.progress(lines.join('\n'));
  };
  return {
    record,
    begin: async (_, session) => {
      if (session.state().card.prompts === 0) return;
      const history: Recorded[] = [];
      for await (const each of session.history(recentRecords)) history.push(each);
      const resumed = history.findLastIndex(({event}) => event.type === 'session.resumed' || event.type === 'session.forked');
      state = history.slice(0, resumed).reduce(transcript.apply, state);
      history.slice(resumed).forEach(record);
    },
  };
}

function tell({id, state, code, files, answer, problem, applied}: Result, io: Io): void {
  // A program that reads the answer gets it as it is; a terminal must not obey it.
  if (answer.trim() !== '') io.print(io.tty.stdout ? printable(answer.trimEnd()) : answer.trimEnd());
  const why = problem ?? whyNot(state);
  if (code !== 0 && why !== null) io.progress(`! ${visibleLines(why)}`);
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
    left_out: leftOut(changes),
    applied: applied?.kind ?? null,
    worktree: changes.place?.root ?? null,
  };
}
