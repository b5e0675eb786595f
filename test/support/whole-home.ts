import {readdirSync, readFileSync, statSync} from 'node:fs';
import {basename, join} from 'node:path';
import {blobStore} from '../../src/adapters/session/blob-store.ts';
import type {BlobRef} from '../../src/core/vocabulary/ids.ts';

/** The files of a home, but git's and the worktrees', that hold any of these texts; blobs by their content. */
export async function holding(home: string, ...texts: readonly string[]): Promise<readonly string[]> {
  const names = readdirSync(home, {recursive: true, encoding: 'utf8'}).filter(name => !/^(checkpoints|worktrees)(\/|$)/.test(name));
  const found: string[] = [];
  for (const name of names.filter(name => statSync(join(home, name)).isFile())) {
    const bytes = await contentOf(home, name);
    if (texts.some(text => bytes.includes(text))) found.push(name);
  }
  return found;
}

async function contentOf(home: string, name: string): Promise<Buffer> {
  if (!name.endsWith('.zst')) return readFileSync(join(home, name));
  return Buffer.from(await blobStore(join(home, 'blobs')).get(basename(name, '.zst') as BlobRef));
}
