import type {Fold} from '../log/fold.ts';
import {Growing} from '../log/growing.ts';
import type {Block, ToolCall, Usage} from '../vocabulary/block.ts';
import type {Recorded, SessionEvent} from '../vocabulary/event.ts';
import type {CallId} from '../vocabulary/ids.ts';
import type {Outcome} from '../vocabulary/outcome.ts';

/** One step of a session, to be laid beside another's: what the user said before it, what the model said and called, what came of it. `step` is null of words without an answer. */
export type StepRow = {
  step: number | null;
  /** The newest record of it. */
  seq: number;
  said: readonly string[];
  content: readonly Block[];
  outcomes: ReadonlyMap<CallId, Outcome>;
  /** The files that it changed; null where it was not checkpointed. */
  files: readonly string[] | null;
  usage: (Usage & {usd: number | null}) | null;
  /** How it ended otherwise: a failure, an interruption, a rewind behind it. */
  notes: readonly string[];
};

/** The rows of a session; the last one may be growing. */
export const stepRows: Fold<Growing<StepRow>> = {initial: new Growing(), apply};

const empty: Omit<StepRow, 'step' | 'seq'> = {said: [], content: [], outcomes: new Map(), files: null, usage: null, notes: []};

function apply(rows: Growing<StepRow>, {seq, event}: Recorded): Growing<StepRow> {
  const last = rows.at(-1);
  const open = (step: number | null): StepRow => ({step, seq, ...empty});
  const change = (row: StepRow, to: Partial<StepRow>) => replaced(rows, row, {...row, seq, ...to});
  switch (event.type) {
    case 'user.prompted':
    case 'user.steered':
      return last === undefined || last.step !== null
        ? rows.with({...open(null), said: [event.text]})
        : change(last, {said: [...last.said, event.text]});
    case 'model.replied': {
      const row = last !== undefined && last.step === null ? last : null;
      const {input, output, cached, cache_written} = event.usage;
      const to = {step: event.step, content: event.content, usage: {input, output, cached, cache_written, usd: event.usd}};
      return row === null ? rows.with({...open(event.step), ...to}) : change(row, to);
    }
    case 'tool.finished':
    case 'result.replaced': {
      const row = rowOf(rows, ({content}) => content.some(block => block.type === 'call' && block.id === event.call));
      return row === undefined ? rows : change(row, {outcomes: new Map(row.outcomes).set(event.call, event.outcome)});
    }
    case 'files.checkpointed': {
      const row = rowOf(rows, ({step}) => step === event.step);
      return row === undefined ? rows : change(row, {files: event.changed});
    }
    default: {
      const note = noteOf(event);
      if (note === null) return rows;
      return last === undefined ? rows.with({...open(null), notes: [note]}) : change(last, {notes: [...last.notes, note]});
    }
  }
}

/** From the end: what is told of a step is told soon after it. */
function rowOf(rows: Growing<StepRow>, wanted: (row: StepRow) => boolean): StepRow | undefined {
  for (let index = rows.length - 1; index >= 0; index--) {
    const row = rows.at(index);
    if (row !== undefined && wanted(row)) return row;
  }
  return undefined;
}

function replaced(rows: Growing<StepRow>, row: StepRow, by: StepRow): Growing<StepRow> {
  const behind: StepRow[] = [];
  let length = rows.length;
  while (rows.at(length - 1) !== row) behind.unshift(rows.at(--length)!);
  return [by, ...behind].reduce((all, one) => all.with(one), rows.upTo(length - 1));
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
