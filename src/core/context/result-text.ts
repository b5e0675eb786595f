import {unreachable} from '../log/fold.ts';
import type {Excerpt} from '../vocabulary/excerpt.ts';
import type {CallId} from '../vocabulary/ids.ts';
import type {Outcome, ProcessGroup} from '../vocabulary/outcome.ts';

/** What the model is told of a call. `view` is the text that its excerpt names. */
export function resultText(outcome: Outcome, view: string): string {
  switch (outcome.kind) {
    case 'ran':
      return `${shownOr(view, '(no output)')}\n${ending(outcome)}`;
    case 'done':
      return shownOr(view, '(done)');
    case 'failed':
      return [view.trimEnd(), `Error (${outcome.error.code}): ${outcome.error.message}`, outcome.error.hint].filter(Boolean).join('\n');
    case 'refused':
      return `Refused: ${outcome.reason}`;
    case 'lost':
      return 'Outcome unknown: the program was stopped while this ran. It may or may not have taken effect. Look at the state before you go on.';
    default:
      return unreachable(outcome);
  }
}

export const notRun = 'Not run: the user interrupted before it started.';

export const hasFailed = (outcome: Outcome): boolean => (outcome.kind === 'ran' ? outcome.exit !== 0 : outcome.kind !== 'done');

/** One line in place of a result that was evicted: what it was, and how to see it again. */
export function maskedText(call: CallId, outcome: Outcome): string {
  const shown = 'shown' in outcome ? outcome.shown : undefined;
  if (shown === undefined) return resultText(outcome, '');
  const end = outcome.kind === 'ran' ? `; ${ending(outcome)}` : '';
  return `⟨result no longer shown: ${size(shown)}${end}; read_output {"output":"${call}"} shows it again⟩`;
}

export const excerptOf = (outcome: Outcome): Excerpt | null => ('shown' in outcome ? (outcome.shown ?? null) : null);

const size = ({total, stdout_sha256}: Excerpt): string =>
  `${total.lines} lines, ${total.bytes} bytes, sha256 ${stdout_sha256.slice(0, 12)}`;

const shownOr = (view: string, none: string): string => (view.trim() === '' ? none : view.replace(/\n$/, ''));

function ending({exit, signal, settled, left_running}: Extract<Outcome, {kind: 'ran'}>): string {
  return `[${[how(exit, signal, settled), ...left_running.map(leftRunning)].join('; ')}]`;
}

function how(exit: number | null, signal: string | null, settled: 'exit' | 'timeout' | 'interrupt' | 'output-limit'): string {
  switch (settled) {
    case 'exit':
      return signal === null ? `exit ${exit ?? 'unknown'}` : `ended by ${signal}`;
    case 'timeout':
      return 'timed out: the command and all it started were ended';
    case 'interrupt':
      return 'interrupted by the user: the command and all it started were ended';
    case 'output-limit':
      return 'ended: it printed more than may be stored';
    default:
      return unreachable(settled);
  }
}

const leftRunning = ({pgid, command}: ProcessGroup): string => `left running: process group ${pgid} (${command})`;
