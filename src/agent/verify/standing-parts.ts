import type {Opened} from '../../core/projections/session-state.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import type {ToolCard} from '../../core/vocabulary/prompt.ts';
import {BlobDamaged, type Blobs} from '../../ports/blobs.ts';
import {systemOf} from '../prompt-builder.ts';

/** What stands in every request of a run: its charter with environment and instructions, and its tools. */
export type StandingParts = {system: string; tools: readonly ToolCard[]};

/** Reads them from the blobs that the log names, and nothing from this build. What it throws, `whyNotBuilt` puts into words. */
export function standingParts(blobs: Blobs): (opened: Opened) => Promise<StandingParts> {
  const load = remembered(async (ref: BlobRef) => new TextDecoder().decode(await blobs.get(ref)));
  return remembered(async (opened: Opened) => ({
    system: await systemOf(await load(opened.versions.charter), opened, load),
    tools: JSON.parse(await load(opened.versions.tools)) as ToolCard[],
  }));
}

/** Why a request could not be built, where its blobs are not what they should be; a mistake of the program is thrown on. */
export function whyNotBuilt(error: unknown): string {
  if (error instanceof BlobDamaged) return 'a blob that it is made of is damaged or missing';
  if (error instanceof SyntaxError) return 'the blob of its environment or tools is not JSON';
  throw error;
}

function remembered<Key, Value>(make: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const made = new Map<Key, Promise<Value>>();
  return key => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}
