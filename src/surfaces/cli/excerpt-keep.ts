import type {BlobRef, Sha256} from '../../core/vocabulary/ids.ts';
import {BlobRefused, type Blobs} from '../../ports/blobs.ts';

/** The name of the kept original, or why the disk did not take it. */
export type Kept = {blob: BlobRef} | {refused: BlobRefused};

/** Stores a stream beside the cutter. The disk's first refusal ends the storing, not the stream. */
export function keptIn(blobs: Blobs): {
  write: (bytes: Uint8Array, newlines: number) => Promise<void> | undefined;
  finish: (sha256: Sha256) => Promise<Kept>;
} {
  const writer = blobs.create({hashed: false});
  let refused: BlobRefused | null = null;
  const note = (error: unknown): void => {
    if (!(error instanceof BlobRefused)) throw error;
    refused ??= error;
  };
  return {
    write(bytes, newlines) {
      if (refused !== null) return undefined;
      try {
        return writer.write(bytes, newlines)?.catch(note);
      } catch (error) {
        note(error);
        return undefined;
      }
    },
    async finish(sha256) {
      try {
        if (refused === null) return {blob: await writer.finish({durable: true, sha256})};
      } catch (error) {
        note(error);
      }
      await writer.abandon();
      return {refused: refused!};
    },
  };
}
