import {join} from 'node:path';
import {blobStore} from '../../src/adapters/session/blob-store.ts';
import {sessionCatalogue} from '../../src/adapters/session/catalogue.ts';
import type {Assemblers} from '../../src/agent/replay/assemblers.ts';
import {verifyReplay, type ReplayProof} from '../../src/agent/replay/verify-replay.ts';
import type {SessionId} from '../../src/core/vocabulary/ids.ts';

/** Runs a session of this home again, from its files alone. */
export const verifyReplayIn = (home: string, id: string, assemblers?: Assemblers): Promise<ReplayProof> =>
  verifyReplay(id as SessionId, {
    catalogue: sessionCatalogue({home, now: () => '2026-01-01T00:00:00.000Z', startTimeOf: () => null}),
    blobs: blobStore(join(home, 'blobs')),
    ...(assemblers === undefined ? {} : {assemblers}),
  });
