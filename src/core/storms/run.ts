import type {CallId} from '../vocabulary/ids.ts';
import type {NoticedStorm, StormKind, StormSettings} from '../vocabulary/storm.ts';

/** The same result, call after call, with no file changed in between. `told` is how often it had come when the model was last told. */
export type Run = {
  kind: StormKind;
  signature: string;
  line: string;
  entries: readonly RunCall[];
  told: number;
  paused: boolean;
};

export type RunCall = {call: CallId; key: string; title: string; tokens: number};

export const usualStorms: StormSettings = {notice: 3, pause: 5, exempt: []};

/** From so many steps on a run is reported afterwards, whatever was done about it. */
export const reported: Readonly<Record<StormKind, number>> = {failure: 3, repeat: 5};

/** After how many steps of a kind something is done; Infinity is never. A call that succeeds may be looked at as often as one likes: it never pauses. */
export function patience(kind: StormKind, {notice, pause}: StormSettings): {notice: number; pause: number} {
  const orNever = (times: number): number => (times === 0 ? Infinity : times);
  return kind === 'failure' ? {notice: orNever(notice), pause: orNever(pause)} : {notice: orNever(pause * 2), pause: Infinity};
}

/** Of a failure the model is told each time from then on; of a repeat each time that it has come twice as often. */
export function isToldAgain({kind, told}: Run, times: number): boolean {
  return kind === 'failure' ? times > told : times >= told * 2;
}

export const stepOf = (call: CallId): number => Number(call.split('.')[0]);

/** The calls of one step count once: the model saw their results together. */
export const timesOf = ({entries}: Run): number => new Set(entries.map(({call}) => stepOf(call))).size;

/** Tokens of the results that were fed back after the first one. */
export const tokensAgain = ({entries}: Run): number => entries.slice(1).reduce((sum, {tokens}) => sum + tokens, 0);

const mostTried = 5;
const mostCalls = 50;

export function noticed(run: Run): NoticedStorm {
  const {kind, signature, line, entries} = run;
  return {
    kind,
    signature,
    times: timesOf(run),
    calls: entries.slice(-mostCalls).map(({call}) => call),
    tried: [...new Map(entries.map(({key, title}) => [key, title])).values()].slice(0, mostTried),
    line,
    tokens: tokensAgain(run),
  };
}
