import {unreachable} from '../log/fold.ts';
import type {FailureSignature, Outcome} from '../vocabulary/outcome.ts';
import {failureSignature, signatureId} from './signature.ts';

/** What failed in a call; null where nothing did, where the user stopped it, and where a log of an earlier version does not say. */
export function failureOf(outcome: Outcome, key: string): FailureSignature | null {
  switch (outcome.kind) {
    case 'ran':
      return hasFailed(outcome) ? (outcome.signature ?? null) : null;
    case 'failed':
      return outcome.signature ?? signatureOf(outcome, '', key);
    case 'refused':
      // One reason refuses many calls: what is the same here is the call.
      return {id: signatureId(['refused', key]), line: firstLine(outcome.reason)};
    case 'done':
    case 'lost':
      return null;
    default:
      return unreachable(outcome);
  }
}

/** The signature to be recorded with an outcome: `text` is what the model is shown, `key` stands for the call where the text says nothing. Null where nothing failed. */
export function signatureOf(outcome: Unsigned, text: string, key: string): FailureSignature | null {
  if (outcome.kind === 'failed') {
    const {code, message} = outcome.error;
    // The program's own words: they name what failed, and nothing in them changes by itself.
    return code === 'interrupted' ? null : {id: signatureId(['failed', code, message]), line: firstLine(message)};
  }
  if (!hasFailed(outcome)) return null;
  const {settled, signal, exit} = outcome;
  return failureSignature({text, how: settled === 'exit' ? (signal ?? `exit ${exit}`) : settled, call: key});
}

type Ran = Extract<Outcome, {kind: 'ran'}>;
export type Unsigned = Pick<Ran, 'kind' | 'exit' | 'signal' | 'settled'> | Pick<Extract<Outcome, {kind: 'failed'}>, 'kind' | 'error'>;

const hasFailed = ({exit, settled}: Pick<Ran, 'exit' | 'settled'>): boolean =>
  settled !== 'interrupt' && (exit !== 0 || settled !== 'exit');

const longest = 200;
const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, longest).toWellFormed();
