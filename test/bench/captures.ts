import {mkdirSync, writeFileSync} from 'node:fs';
import {statfs} from 'node:fs/promises';
import {join} from 'node:path';
import {systemClock} from '../../src/adapters/clock/clock.ts';
import {homeKey} from '../../src/adapters/secrets/home-key.ts';
import {secretsOfUser} from '../../src/adapters/secrets/secrets.ts';
import {blobStore} from '../../src/adapters/session/blob-store.ts';
import {threadedLineReaders} from '../../src/adapters/threads/line-readers.ts';
import {capture, type Capture} from '../../src/agent/capture.ts';
import {redactorIn} from '../../src/agent/masking.ts';
import {defaultPolicy} from '../../src/core/truncation/policies.ts';
import type {Blobs} from '../../src/ports/blobs.ts';

/** What a session gives every output, all of it on: the blob store of a home, and the secrets of the environment and of a `.env` file. */
export function captures(home: string): {blobs: Blobs; start: (label: string) => Capture} {
  const checkout = join(home, 'checkout');
  mkdirSync(checkout, {recursive: true});
  writeFileSync(join(checkout, '.env'), 'DATABASE_URL=postgres://app:v8Kq2mXw91Zt@db/app\nMAIL_PASSWORD=Tr4verse-Lamp-93\nPORT=8080\n');
  const secrets = secretsOfUser(homeKey(home), {...process.env, SERVICE_TOKEN: 'q7Zp0Wm4RkYt81XcVb3N'});
  const place = {kind: 'in-place' as const, root: checkout, cwd: '', head: null};
  const around = {ports: {secrets, clock: systemClock}, state: () => ({changes: {repo: checkout, place}})};
  const blobs = blobStore(join(home, 'blobs'));
  const freeDisk = async () => {
    const {bavail, bsize} = await statfs(home);
    return bavail * bsize;
  };
  const readers = threadedLineReaders();
  const start = (label: string) =>
    capture({blobs, policy: defaultPolicy, label, maxStored: 1e12, minFree: 0, freeDisk, redactor: redactorIn(around), readers});
  return {blobs, start};
}
