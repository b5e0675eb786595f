import type {Ending} from '../tool.ts';

/** A tool's failure in words that the model can act on: what happened and where, and in `hint` what to do next. Trying the same again is no help. */
export function failed(code: string, message: string, hint?: string): Ending {
  return {kind: 'failed', error: {code, message, retryable: false, ...(hint === undefined ? {} : {hint})}};
}
