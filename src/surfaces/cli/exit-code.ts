import type {ExitCode} from '../../agent/stop.ts';
import type {Verdict} from '../../core/audit/fault.ts';
import {unreachable} from '../../core/log/fold.ts';
import type {SessionState} from '../../core/projections/session-state.ts';

export type {ExitCode} from '../../agent/stop.ts';

/** What a run's end means to the shell that started it. */
export function exitCodeOf({turn, card}: SessionState): ExitCode {
  const {rest, owes} = turn;
  // Something is still owed, so whatever the last turn came to, this run did not end well.
  if (owes !== 'human') return 1;
  switch (rest.why) {
    case 'interrupted':
      return 130;
    case 'limit':
    case 'storm':
      return 5;
    case 'failed':
      return ['auth', 'unknown-model', 'no-model'].includes(rest.error.code) ? 3 : 1;
    case 'cut':
    case 'refused':
      return 1;
    case 'new':
    case 'rewound':
    case 'done':
      return card.unasked.length > 0 ? 4 : 0;
  }
}

/** What a proof comes to. */
export function exitCodeFor(verdict: Verdict): ExitCode {
  switch (verdict) {
    case 'proven':
      return 0;
    case 'faulty':
      return 6;
    case 'partly':
      return 7;
    default:
      return unreachable(verdict);
  }
}
