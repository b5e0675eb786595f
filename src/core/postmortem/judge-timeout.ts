import {grouped, size, callTitle} from '../projections/call-title.ts';
import type {Outcome} from '../vocabulary/outcome.ts';
import type {Finding} from './finding.ts';
import {no} from './finding.ts';
import type {EndedCall} from './happened.ts';

type Ran = Extract<Outcome, {kind: 'ran'}>;

/** The calls that something other than themselves ended: a timeout, the limit on stored output, or the time of the run. */
export function timedOut(ended: Iterable<EndedCall>): readonly (EndedCall & {outcome: Ran})[] {
  return [...ended].filter(
    (one): one is EndedCall & {outcome: Ran} =>
      one.outcome.kind === 'ran' && (one.outcome.settled === 'timeout' || one.outcome.settled === 'output-limit' || one.overdue),
  );
}

/** The last lines of what a command had printed: the commonest shape among them, how many have it, and whether the very last ones do. */
export type Ending = {lines: number; alike: number; still: boolean; example: string};

/**
 * Was it busy printing? It was where it printed very much, fast, the same over and over, up to its end. One that printed much and then went
 * quiet waited for something else, and one that printed little had time for its work.
 */
export function judgeTimeout({call, outcome, ms}: EndedCall & {outcome: Ran}, ending: Ending | null): Finding {
  const {total, stdout_sha256, shown} = outcome.shown;
  const how = outcome.settled === 'output-limit' ? 'was ended by the limit on stored output' : `was ended${after(ms)}`;
  const says = (why: string) => `Call ${call.id} (${callTitle(call)}) ${how}; ${why}`;
  const printed = `${size(total.bytes)} in ${grouped(total.lines)} lines`;
  const finding = {
    question: 'timeout' as const,
    evidence: [
      {call: call.id, sha256: stdout_sha256, lines: total.lines === 0 ? [] : [{first: 1, last: total.lines}], text: ending?.example ?? ''},
    ],
    cost: {results: shown.tokens, requests: 0},
  };
  const verdict = verdictOf(outcome, ms, ending);
  if (verdict === 'no')
    return {
      ...finding,
      verdict,
      says: says(`it had printed ${total.bytes === 0 ? 'nothing' : printed}${quiet(outcome)}: not an explosion of output.`),
      next: 'Look for what it waits for, or give it more time: shell.timeout_s, or timeout_s in the call.',
    };
  const alike = ending === null ? '' : `, ${ending.alike} of its last ${ending.lines} lines of one shape`;
  if (verdict === 'unknown')
    return {
      ...finding,
      verdict,
      says: says(`it had printed ${printed}${alike}, and the log does not say whether it still was printing.`),
      next: `Look at its end: agent audit show ${call.id} --lines ${Math.max(1, total.lines - 20)}-${total.lines}`,
    };
  return {
    ...finding,
    verdict,
    says: says(`it was still printing: ${printed}${alike}.`),
    next: 'Let it print less (a quieter flag, a filter, a file), or end it sooner.',
  };
}

export const noTimeouts: Finding = no('timeout', 'No call timed out.');

function verdictOf(outcome: Ran, ms: number | null, ending: Ending | null): Finding['verdict'] {
  const {bytes} = outcome.shown.total;
  if (outcome.settled === 'output-limit') return 'yes';
  if (bytes < much) return 'no';
  const seconds = Math.max(0.001, (ms ?? 0) / 1_000);
  if (ms !== null && bytes / seconds < fast) return 'no';
  if (outcome.quiet_ms !== undefined && outcome.quiet_ms > Math.max(quietAtMost, seconds * 100)) return 'no';
  if (ending !== null && !ending.still) return outcome.quiet_ms === undefined ? 'no' : 'unknown';
  return outcome.quiet_ms === undefined ? 'unknown' : 'yes';
}

/** Bytes, and bytes a second, from which output is an explosion: a hundred screens, faster than anybody reads. */
const much = 200_000;
const fast = 20_000;
/** Milliseconds (or a tenth of its time) that a printing command may be silent: it takes a moment until it is ended. */
const quietAtMost = 1_200;

const after = (ms: number | null): string => (ms === null ? '' : ` after ${(ms / 1_000).toFixed(1)} s`);

const quiet = ({quiet_ms}: Ran): string =>
  quiet_ms === undefined || quiet_ms < 1_000 ? '' : `, and nothing in its last ${(quiet_ms / 1_000).toFixed(1)} s`;
