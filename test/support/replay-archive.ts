import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {constants, zstdCompressSync, zstdDecompressSync} from 'node:zlib';
import {blobStore} from '../../src/adapters/session/blob-store.ts';
import {blobsNamed} from '../../src/core/audit/blobs-named.ts';
import {logIn, recordsIn} from './replayed-home.ts';

/** A session with every blob that it names, in one file: `{id, log, blobs}`, compressed. */
type Archive = {id: string; log: string; blobs: readonly string[]};

export async function packed(home: string, id: string): Promise<Uint8Array> {
  const store = blobStore(join(home, 'blobs'));
  const refs = new Set(recordsIn(home, id).flatMap(({event}) => blobsNamed(event).map(({ref}) => ref)));
  const blobs = await Promise.all([...refs].toSorted().map(async ref => Buffer.from(await store.get(ref)).toString('base64')));
  return zstdCompressSync(JSON.stringify({id, log: readFileSync(logIn(home, id), 'utf8'), blobs} satisfies Archive), {
    params: {[constants.ZSTD_c_compressionLevel]: 19},
  });
}

/** Lays it into a home, and answers its id. */
export async function unpackInto(home: string, file: string): Promise<string> {
  const {id, log, blobs} = JSON.parse(zstdDecompressSync(readFileSync(file)).toString('utf8')) as Archive;
  const store = blobStore(join(home, 'blobs'));
  for (const blob of blobs) await store.put(Buffer.from(blob, 'base64'));
  mkdirSync(dirname(logIn(home, id)), {recursive: true});
  writeFileSync(logIn(home, id), log);
  return id;
}
