import type {Fold} from '../log/fold.ts';
import {Growing} from '../log/growing.ts';
import type {Recorded} from '../vocabulary/event.ts';
import type {BlobRef, CallId} from '../vocabulary/ids.ts';
import {outputs} from './outputs.ts';

/** Where the whole of every output is, oldest first: all that the loop asks of them. `call` is null for a prompt that was too large to be shown whole. */
export type OutputBlobs = Growing<{call: CallId | null; blob: BlobRef}>;

export const outputBlobs: Fold<OutputBlobs> = {initial: new Growing(), apply};

function apply(state: OutputBlobs, record: Recorded): OutputBlobs {
  const [output] = outputs.apply(outputs.initial, record);
  return output === undefined ? state : state.with({call: output.call, blob: output.excerpt.blob});
}
