import {createHash} from 'node:crypto';
import {statSync} from 'node:fs';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import {BlobDamaged} from '../../ports/blobs.ts';
import type {BlobVerdict} from '../../ports/blobs.ts';
import {openBlob} from './blob-file.ts';
import type {BlobFile} from './blob-file.ts';
import type {Frame} from './blob-format.ts';

/** Checks every stored byte: the index by its checksum, each frame by its entry in the index, the content by its name. */
export async function verifyBlob(path: string, ref: BlobRef): Promise<BlobVerdict> {
  const stored = statSync(path, {throwIfNoEntry: false})?.size;
  if (stored === undefined) return {ok: false, what: 'missing', start: 0, end: 0, why: `blob ${ref} is missing`};
  const file = await orDamage(openBlob(path, ref));
  if (file === null || file instanceof BlobDamaged)
    return {ok: false, what: 'index', start: 0, end: stored, why: file?.message ?? `blob ${ref} is gone`};
  try {
    return await verifyContent(file, ref);
  } finally {
    await file.close();
  }
}

async function verifyContent(file: BlobFile, ref: BlobRef): Promise<BlobVerdict> {
  const hash = createHash('sha256');
  for (const frame of file.index.frames) {
    const content = await orDamage(file.frame(frame));
    if (content instanceof BlobDamaged) return {ok: false, what: 'frame', ...storedRange(frame), why: content.message};
    hash.update(content);
  }
  if (hash.digest('hex') === ref) return {ok: true};
  return {ok: false, what: 'content', start: 0, end: file.index.bytes, why: `blob ${ref} is damaged: its content has another sha256`};
}

function storedRange(frame: Frame): {start: number; end: number} {
  return {start: frame.at, end: frame.at + frame.stored};
}

async function orDamage<Result>(promise: Promise<Result>): Promise<Result | BlobDamaged> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof BlobDamaged) return error;
    throw error;
  }
}
