import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {blobStore} from '../../src/adapters/session/blob-store.ts';
import {blobContent} from './measured.ts';

test.each([0, 9, 1 << 20, (3 << 20) + 7])('the whole content of a blob of %i bytes is looked at, all its frames', async size => {
  const folder = mkdtempSync(join(tmpdir(), 'agent-measured-'));
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
  const bytes = Buffer.from(`${'x'.repeat(size)}secret`);
  const blobs = blobStore(folder);
  expect(blobContent(readFileSync(blobs.where(await blobs.put(bytes)))).equals(bytes)).toBe(true);
});
