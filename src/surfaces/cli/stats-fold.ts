import type {Fold} from '../../core/log/fold.ts';
import {tokensSaved} from '../../core/truncation/saved.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
import type {CallId} from '../../core/vocabulary/ids.ts';

/**
 * What was used. `usd` sums the replies whose price is known, `unpriced` counts the others. `saved` are the estimated tokens that
 * truncation kept out of the requests, each output counted once, and `shortened` how many outputs that were. Times are in milliseconds, from the records' own times; those of calls that ran side by side add up.
 */
export type Figures = {
  sessions: number;
  steps: number;
  calls: number;
  input: number;
  output: number;
  cached: number;
  usd: number;
  unpriced: number;
  saved: number;
  shortened: number;
  model_ms: number;
  tool_ms: number;
};

export const noFigures: Figures = {
  sessions: 0,
  steps: 0,
  calls: 0,
  input: 0,
  output: 0,
  cached: 0,
  usd: 0,
  unpriced: 0,
  saved: 0,
  shortened: 0,
  model_ms: 0,
  tool_ms: 0,
};

export function sum(a: Figures, b: Figures): Figures {
  const keys = Object.keys(noFigures) as (keyof Figures)[];
  return Object.fromEntries(keys.map(key => [key, a[key] + b[key]])) as Figures;
}

export type StatsState = {
  model: string;
  asked: number | null;
  started: ReadonlyMap<CallId, number>;
  /** By group: a day (`YYYY-MM-DD` in UTC) or a model. A session counts once in each group that it worked in. */
  groups: ReadonlyMap<string, Figures>;
};

/** The figures of one session by day or by model, or all under ''. Records before `since` (ISO 8601) do not count. */
export function statsFold(by: 'day' | 'model' | 'session', since: string | null): Fold<StatsState> {
  return {
    initial: {model: '', asked: null, started: new Map(), groups: new Map()},
    apply: (state, record) => {
      // What stands before is the parent's work, and counted there.
      if (record.event.type === 'session.forked') return {...remember(state, record), groups: new Map(), started: new Map()};
      const next = remember(state, record);
      const counted = since !== null && record.at < since ? null : figuresOf(state, record);
      if (counted === null) return next;
      const group = by === 'day' ? record.at.slice(0, 10) : by === 'model' ? next.model : '';
      const before = next.groups.get(group) ?? {...noFigures, sessions: 1};
      return {...next, groups: new Map(next.groups).set(group, sum(before, counted))};
    },
  };
}

function remember(state: StatsState, {at, event}: Recorded): StatsState {
  switch (event.type) {
    case 'session.opened':
    case 'session.resumed':
    case 'session.forked':
    case 'settings.changed':
      return {...state, model: event.settings.model};
    case 'context.assembled':
      return {...state, asked: Date.parse(at)};
    case 'model.replied':
      return {...state, model: event.model, asked: null};
    case 'model.failed':
      return {...state, asked: event.retry_in_ms === null ? null : Date.parse(at) + event.retry_in_ms};
    case 'tool.started':
      return {...state, started: new Map(state.started).set(event.call, Date.parse(at))};
    case 'tool.finished': {
      const started = new Map(state.started);
      started.delete(event.call);
      return {...state, started};
    }
    default:
      return state;
  }
}

function figuresOf({asked, started}: StatsState, {at, event}: Recorded): Figures | null {
  const since = (from: number | null) => (from === null ? 0 : Math.max(0, Date.parse(at) - from));
  switch (event.type) {
    case 'model.replied':
      return {...noFigures, ...replied(event), model_ms: since(asked)};
    case 'model.failed':
      return {...noFigures, model_ms: since(asked)};
    case 'tool.finished':
      return {
        ...noFigures,
        calls: 1,
        ...savedBy('shown' in event.outcome ? event.outcome.shown : undefined),
        tool_ms: since(started.get(event.call) ?? null),
      };
    case 'user.prompted':
    case 'user.steered':
      return event.whole === undefined ? null : {...noFigures, ...savedBy(event.whole)};
    default:
      return null;
  }
}

function replied({usage, usd}: Extract<SessionEvent, {type: 'model.replied'}>) {
  const {input, output, cached} = usage;
  return {steps: 1, input, output, cached, usd: usd ?? 0, unpriced: usd === null ? 1 : 0};
}

const savedBy = (excerpt: Excerpt | undefined): {saved: number; shortened: number} => ({
  saved: excerpt === undefined ? 0 : tokensSaved(excerpt),
  shortened: excerpt?.truncated === true ? 1 : 0,
});
