import {sha256} from '../core/log/chain.ts';
import type {Excerpt} from '../core/vocabulary/excerpt.ts';
import {BlobDamaged, type Blobs} from '../ports/blobs.ts';
import {cutAgain} from './cut-again.ts';

/**
 * The text that was shown. A view was not synced by itself: where a power cut took it, it is cut again from the original, under its policy, and
 * handed to `again`. Throws `BlobDamaged` where that does not come to the same text.
 */
export async function viewText(
  {excerpt, label}: {excerpt: Excerpt; label: string},
  blobs: Blobs,
  again: (view: Uint8Array) => Promise<unknown> = async () => {},
): Promise<string> {
  try {
    return new TextDecoder().decode(await blobs.get(excerpt.view));
  } catch (error) {
    if (!(error instanceof BlobDamaged) || excerpt.view === excerpt.blob) throw error;
    const cut = await cutAgain({excerpt, label}, blobs);
    if (cut === null || sha256(cut.text) !== excerpt.view) throw error;
    await again(cut.text);
    return new TextDecoder().decode(cut.text);
  }
}
