import {promptLabel} from '../projections/outputs.ts';
import type {SessionEvent} from '../vocabulary/event.ts';
import type {Excerpt} from '../vocabulary/excerpt.ts';

/** A receipt with the label that its view was made with. `text` is what stood in the request of a prompt: its view, and how to read on. */
export type Receipt = {excerpt: Excerpt; label: string; text: string | null};

/** The receipt that an event holds, if it holds one. */
export function receiptIn(event: SessionEvent): Receipt | null {
  switch (event.type) {
    case 'user.prompted':
    case 'user.steered':
      return event.whole === undefined ? null : {excerpt: event.whole, label: promptLabel, text: event.text};
    case 'tool.finished':
    case 'result.replaced': {
      const excerpt = 'shown' in event.outcome ? event.outcome.shown : undefined;
      return excerpt === undefined ? null : {excerpt, label: event.call, text: null};
    }
    default:
      return null;
  }
}
