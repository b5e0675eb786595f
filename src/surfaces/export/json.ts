import {isSessionEvent} from '../../core/log/event-types.ts';
import {Growing} from '../../core/log/growing.ts';
import {outputs, promptLabel} from '../../core/projections/outputs.ts';
import type {Recorded, SessionEvent, UnknownEvent} from '../../core/vocabulary/event.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import {outlined, type Outline} from './outline.ts';
import type {Source} from './source.ts';

/**
 * A session as one JSON value, a line for each record and output: `{v: 1, session, records: […], outputs: {<sha256>: text}}`. Records are whole, also those of types that
 * this version does not know; a text is what the model was shown, by the `view` of its receipt, and null where it is not stored any more.
 */
export async function* jsonExport(outline: Outline, source: Source): AsyncGenerator<string> {
  const views = new Map<BlobRef, {excerpt: Excerpt; label: string}>();
  yield `{"v":1,"session":${JSON.stringify(source.session)},"records":[`;
  let before = '\n';
  for await (const record of outlined(outline, source)) {
    for (const output of outputsOf(record)) views.set(output.excerpt.view, output);
    yield `${before}${JSON.stringify(record)}`;
    before = ',\n';
  }
  yield '\n],"outputs":{';
  before = '\n';
  for (const [ref, {excerpt, label}] of views) {
    const view = await source.view(excerpt, label);
    yield `${before}"${ref}":${'text' in view ? JSON.stringify(view.text) : 'null'}`;
    before = ',\n';
  }
  yield '\n}}\n';
}

function outputsOf(record: Recorded<SessionEvent | UnknownEvent>): readonly {excerpt: Excerpt; label: string}[] {
  if (!isSessionEvent(record.event)) return [];
  const found = outputs.apply(new Growing(), record as Recorded);
  return [...found].map(({call, excerpt}) => ({excerpt, label: call ?? promptLabel}));
}
