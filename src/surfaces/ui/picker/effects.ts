import {setTimeout as delay} from 'node:timers/promises';
import type {Picking} from '../../../agent/picking.ts';
import {unreachable} from '../../../core/log/fold.ts';
import type {PickEffect, PickMessage} from './state.ts';

type Doing = {
  picking: Picking;
  dispatch: (message: PickMessage) => void;
  suspend: () => Promise<void>;
  end: () => void;
};

/** What the picker asks of the world. Of two searches, or two lists, only the newest is gone on with. */
export function pickPerformer({picking, dispatch, suspend, end}: Doing): {perform: (effect: PickEffect) => void; stop: () => void} {
  const under = {load: new AbortController(), search: new AbortController()};
  const anew = (what: 'load' | 'search'): AbortSignal => {
    under[what].abort();
    under[what] = new AbortController();
    return under[what].signal;
  };
  const failed = (error: unknown) => dispatch({type: 'failed', why: error instanceof Error ? error.message : String(error)});
  const load = (all: boolean) => {
    anew('search');
    const rows = picking.sessions(all);
    portions(rows, anew('load'), (portion, isLast) => dispatch({type: 'rows', all, rows: portion, isLast})).catch(failed);
  };
  const search = async (query: string, all: boolean) => {
    const signal = anew('search');
    await delay(typing);
    if (signal.aborted) return;
    const found = picking.search(query, all);
    await portions(found, signal, (portion, isLast) => dispatch({type: 'found', all, query, found: portion, isLast}));
  };
  return {
    perform: effect => {
      switch (effect.do) {
        case 'load':
          return load(effect.all);
        case 'search':
          return void search(effect.query, effect.all).catch(failed);
        case 'suspend':
          return void suspend().catch(failed);
        case 'end':
          return end();
        default:
          return unreachable(effect);
      }
    },
    stop: () => {
      for (const controller of Object.values(under)) controller.abort();
    },
  };
}

/** Milliseconds in which another key is likely to come, and with it another query. */
const typing = 60;

/** Milliseconds for which what comes in is gathered before it is shown: the first soon, and then less often, since what is drawn is not read. Keys are read in between. */
const gathering = {first: 30, later: 150};

async function portions<T>(
  items: AsyncIterable<T>,
  signal: AbortSignal,
  show: (portion: readonly T[], isLast: boolean) => void,
): Promise<void> {
  let portion: T[] = [];
  let shownAt = performance.now();
  let patience = gathering.first;
  for await (const item of items) {
    if (signal.aborted) return;
    portion.push(item);
    if (performance.now() - shownAt < patience) continue;
    show(portion, false);
    portion = [];
    patience = gathering.later;
    await new Promise(setImmediate);
    shownAt = performance.now();
  }
  if (!signal.aborted) show(portion, true);
}
