import {createEraser} from '../../core/erasure/erase.ts';
import type {Leaked} from '../../core/erasure/leaked.ts';
import {Lines} from '../../core/log/lines.ts';
import type {BlobRef, SessionId} from '../../core/vocabulary/ids.ts';
import type {Catalogue} from '../../ports/catalogue.ts';

/** A session that holds the value: in so many places of its log, and in blobs that it names. */
export type Mention = {id: SessionId; places: number; blobs: readonly BlobRef[]};

/** The other sessions that hold the value in their logs, or name one of these blobs. Their own further blobs are not looked into. */
export async function mentions(
  of: {leaked: Leaked; refs: ReadonlySet<string>},
  {catalogue, except}: {catalogue: Catalogue; except: ReadonlySet<SessionId>},
): Promise<readonly Mention[]> {
  const found: Mention[] = [];
  for (const {id} of await catalogue.list()) {
    if (except.has(id)) continue;
    const mention = await mentionIn(id, of, catalogue);
    if (mention.places > 0 || mention.blobs.length > 0) found.push(mention);
  }
  return found;
}

async function mentionIn(
  id: SessionId,
  {leaked, refs}: {leaked: Leaked; refs: ReadonlySet<string>},
  catalogue: Catalogue,
): Promise<Mention> {
  const eraser = createEraser(leaked);
  const lines = new Lines();
  const blobs = new Set<BlobRef>();
  for await (const bytes of catalogue.raw(id)?.bytes ?? []) {
    eraser.push(bytes);
    for (const line of lines.push(bytes))
      for (const name of namesIn(Buffer.from(line).toString('latin1'))) if (refs.has(name)) blobs.add(name);
  }
  eraser.flush();
  return {id, places: eraser.count, blobs: [...blobs]};
}

/** Whatever may be the name of a blob. */
export const namesIn = (text: string): readonly BlobRef[] => (text.match(/[0-9a-f]{64}/g) ?? []) as unknown as readonly BlobRef[];
