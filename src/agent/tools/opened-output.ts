import {pagePolicy} from '../../core/truncation/policies.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import type {Running, World} from '../tool.ts';

/** A stored output from a line on: `start` is the byte where line `from` begins. `name` is what the model calls it. */
export type Opened = {
  ref: BlobRef;
  name: string;
  from: number;
  start: number;
  size: {bytes: number; lines: number};
  world: World;
  call: Running;
};

/** What a page may take, without what stands around it. */
export const PAGE_BYTES = pagePolicy.tokens * 4 - 500;

/** A short range, held whole; shorter where the output ends. */
export async function bytesOf(
  {ref, size, world}: Pick<Opened, 'ref' | 'size' | 'world'>,
  range: {start: number; end: number},
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const {start, end} = {start: Math.min(range.start, size.bytes), end: Math.min(range.end, size.bytes)};
  if (start < end) for await (const bytes of world.blobs.read(ref, {start, end})) parts.push(Buffer.from(bytes));
  return Buffer.concat(parts);
}
