import {readFileSync} from 'node:fs';
import {zstdCompressSync, zstdDecompressSync, constants} from 'node:zlib';
import {isSessionEvent} from '../../src/core/log/event-types.ts';
import type {Recorded} from '../../src/core/vocabulary/event.ts';
import type {BlobRef} from '../../src/core/vocabulary/ids.ts';
import type {Blobs} from '../../src/ports/blobs.ts';

/** A session's log with the blobs of its outputs, in one file: `{log, blobs: {sha256: base64}}`, compressed. */
type Archive = {log: string; blobs: Record<string, string>};

export async function archive(log: string, blobs: Blobs): Promise<Uint8Array> {
  const refs = new Set([...log.matchAll(/"(?:blob|view)":"([0-9a-f]{64})"/g)].map(match => match[1]!));
  const held: Record<string, string> = {};
  for (const ref of [...refs].toSorted()) held[ref] = Buffer.from(await blobs.get(ref as BlobRef)).toString('base64');
  return zstdCompressSync(JSON.stringify({log, blobs: held} satisfies Archive), {
    params: {[constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_enableLongDistanceMatching]: 1, [constants.ZSTD_c_windowLog]: 24},
  });
}

/** The records of an archived session; its blobs by their names. */
export function unpack(file: string): {records: readonly Recorded[]; blobs: ReadonlyMap<string, Buffer>} {
  const {log, blobs} = JSON.parse(zstdDecompressSync(readFileSync(file)).toString('utf8')) as Archive;
  const records = log
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as Recorded);
  return {
    records: records.filter(({event}) => isSessionEvent(event)),
    blobs: new Map(Object.entries(blobs).map(([ref, text]) => [ref, Buffer.from(text, 'base64')])),
  };
}
