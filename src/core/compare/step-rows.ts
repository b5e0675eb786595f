import type {Block, ToolCall, Usage} from '../vocabulary/block.ts';
import type {Recorded, SessionEvent} from '../vocabulary/event.ts';
import type {CallId} from '../vocabulary/ids.ts';
import type {Outcome} from '../vocabulary/outcome.ts';

/** One step of a session, to be laid beside another's: what the user said before it, what the model said and called, what came of it. `step` is null of words without an answer. */
export type StepRow = {
  step: number | null;
  said: readonly string[];
  content: readonly Block[];
  outcomes: ReadonlyMap<CallId, Outcome>;
  /** The files that it changed; null where it was not checkpointed. */
  files: readonly string[] | null;
  usage: (Usage & {usd: number | null}) | null;
  /** How it ended otherwise: a failure, an interruption, a rewind behind it. */
  notes: readonly string[];
};

/** The rows of a session, in order. */
export function stepRows(records: Iterable<Recorded>): readonly StepRow[] {
  const rows: StepRow[] = [];
  for (const record of records) take(rows, record);
  return rows;
}

const empty: Omit<StepRow, 'step'> = {said: [], content: [], outcomes: new Map(), files: null, usage: null, notes: []};

function take(rows: StepRow[], {event}: Recorded): void {
  switch (event.type) {
    case 'user.prompted':
    case 'user.steered':
      return unanswered(rows, row => ({...row, said: [...row.said, event.text]}));
    case 'model.replied': {
      const {input, output, cached, cache_written} = event.usage;
      const usage = {input, output, cached, cache_written, usd: event.usd};
      return unanswered(rows, row => ({...row, step: event.step, content: event.content, usage}));
    }
    case 'tool.finished':
    case 'result.replaced':
      return changeLast(rows, {
        where: row => callsIn(row).some(({id}) => id === event.call),
        to: row => ({...row, outcomes: new Map(row.outcomes).set(event.call, event.outcome)}),
      });
    case 'files.checkpointed':
      return changeLast(rows, {where: ({step}) => step === event.step, to: row => ({...row, files: event.changed})});
    default:
      return note(rows, noteOf(event));
  }
}

/** The row that waits for its answer; where there is none, one begins. */
function unanswered(rows: StepRow[], to: (row: StepRow) => StepRow): void {
  const last = rows.at(-1);
  if (last === undefined || last.step !== null) rows.push(to({step: null, ...empty}));
  else rows[rows.length - 1] = to(last);
}

/** What is told of a step is told soon after it. */
function changeLast(rows: StepRow[], {where, to}: {where: (row: StepRow) => boolean; to: (row: StepRow) => StepRow}): void {
  const index = rows.findLastIndex(where);
  if (index !== -1) rows[index] = to(rows[index]!);
}

function note(rows: StepRow[], text: string | null): void {
  if (text === null) return;
  if (rows.length === 0) rows.push({step: null, ...empty});
  changeLast(rows, {where: () => true, to: row => ({...row, notes: [...row.notes, text]})});
}

function noteOf(event: SessionEvent): string | null {
  switch (event.type) {
    case 'user.interrupted':
      return 'interrupted';
    case 'model.failed':
      return event.retry_in_ms === null ? `failed: ${event.error.message}` : null;
    case 'budget.reached':
      return `the limit on ${event.which} (${event.limit}) was reached`;
    case 'storm.noticed':
      return event.pauses ? 'paused: the same came back again and again' : null;
    case 'session.rewound':
      return `rewound to step ${event.to} (${{talk: 'conversation', files: 'files', both: 'conversation and files'}[event.what]})`;
    case 'settings.changed':
      return `goes on with model ${event.settings.model}, mode ${event.settings.mode}`;
    default:
      return null;
  }
}

export const callsIn = ({content}: StepRow): readonly ToolCall[] => content.filter(block => block.type === 'call');

export const answerIn = ({content}: StepRow): string =>
  content
    .filter(block => block.type === 'text')
    .map(({text}) => text.trim())
    .filter(text => text !== '')
    .join('\n');
