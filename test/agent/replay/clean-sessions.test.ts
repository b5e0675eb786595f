import {rmSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {blobStore} from '../../../src/adapters/session/blob-store.ts';
import {assemblers} from '../../../src/agent/replay/assemblers.ts';
import {replayRecords} from '../../../src/agent/replay/replay-records.ts';
import type {Recorded, SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {Sha256} from '../../../src/core/vocabulary/ids.ts';
import {recordsIn, verifyReplayIn} from '../../support/replayed-home.ts';
import {replaySessions, runReplaySession} from '../../support/replay-sessions.ts';

type Assembled = Extract<SessionEvent, {type: 'context.assembled'}>;

describe('a session comes out again as it was', () => {
  test.each(Object.entries(replaySessions))('%s', async (_, session) => {
    const {at, id} = await runReplaySession(session);
    onTestFinished(() => rmSync(at.root, {recursive: true, force: true}));
    const records = recordsIn(at.home, id);
    const requests = records.filter(({event}) => event.type === 'context.assembled');
    const proof = await verifyReplayIn(at.home, id);
    expect(proof.divergences).toEqual([]);
    expect(proof).toMatchObject({verdict: 'proven', requests: {same: requests.length, different: 0, hash_only: 0, unproven: 0}});
    expect(proof.moves).toBeGreaterThan(1);

    const again = await remade(records.map(withoutPlan), join(at.home, 'blobs'));
    expect(again).toEqual(requests.map(({event}) => [(event as Assembled).plan, (event as Assembled).sha256]));
  });
});

/** What a request holds is taken away, and its hash: left is only what is taken as given. */
function withoutPlan(record: Recorded): Recorded {
  const {event} = record;
  if (event.type !== 'context.assembled') return record;
  return {
    ...record,
    event: {...event, plan: {...event.plan, tokens: 0, added: [], masked: [], removed: []}, sha256: '0'.repeat(64) as Sha256},
  };
}

async function remade(records: readonly Recorded[], blobs: string): Promise<readonly unknown[]> {
  const made: unknown[] = [];
  for await (const {request} of replayRecords(records, {blobs: blobStore(blobs), assemblers, after: 'made'}))
    if (request !== null && 'made' in request) made.push([request.made?.plan, request.made?.sha256]);
  return made;
}
