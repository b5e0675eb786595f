import {join} from 'node:path';
import {expect, test} from 'vitest';
import {z} from 'zod';
import {blobStore} from '../../../src/adapters/session/blob-store.ts';
import {runTool} from '../../../src/agent/moves/run-tool.ts';
import type {Scene} from '../../../src/agent/scene.ts';
import type {Tool} from '../../../src/agent/tool.ts';
import {sessionState} from '../../../src/core/projections/session-state.ts';
import {defaultPolicy} from '../../../src/core/truncation/policies.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {CallId} from '../../../src/core/vocabulary/ids.ts';
import {BlobDamaged, BlobRefused, type Blobs} from '../../../src/ports/blobs.ts';
import {recordsOf} from '../../support/records.ts';
import {referenceSession} from '../../support/reference-session.ts';
import {temporaryFolder} from '../../support/world.ts';

const prints: Tool<object> = {
  name: 'prints',
  description: 'Prints more than is held in memory.',
  schema: z.strictObject({}),
  readOnly: true,
  idempotent: true,
  destructive: false,
  policy: defaultPolicy,
  risk: () => 'reads',
  subjects: () => [],
  async run(_input, _world, {out}) {
    for (let part = 0; part < 4; part++) await out(Buffer.alloc(65_536, 'line\n'));
    return {kind: 'done'};
  },
};

/** A call of that tool over a real store whose writers fail at their end, if they are to. */
async function called(failing: Error | null): Promise<{events: readonly SessionEvent[]; abandoned: number; thrown: unknown}> {
  const store = blobStore(join(await temporaryFolder(), 'blobs'));
  let abandoned = 0;
  const blobs: Blobs = {
    ...store,
    create(options) {
      const writer = store.create(options);
      return {
        write: (...args) => writer.write(...args),
        get stored() {
          return writer.stored;
        },
        finish: async finishing => {
          if (failing !== null) throw failing;
          return writer.finish(finishing);
        },
        abandon: async () => {
          abandoned++;
          await writer.abandon();
        },
      };
    },
  };
  const events: SessionEvent[] = [];
  const state = recordsOf(referenceSession).records.reduce(sessionState.apply, sessionState.initial);
  const scene = {
    ports: {
      blobs,
      tools: [prints],
      log: {sync: async () => {}},
      clock: {elapsed: () => 0},
      lines: {open: () => null, rest: async () => {}},
      secrets: null,
      freeDisk: async () => 1e12,
      files: () => null,
      search: () => null,
      environment: () => ({}),
    } as unknown as Scene['ports'],
    state: () => state,
    record: (...recorded: SessionEvent[]) => void events.push(...recorded),
    show: () => {},
    signal: () => new AbortController().signal,
  };
  const call = {type: 'call' as const, id: '9.1' as CallId, provider_id: null, tool: 'prints', input: {}};
  const thrown = await runTool(call, scene).then(
    () => null,
    (error: unknown) => error,
  );
  return {events, abandoned, thrown};
}

test.each([new BlobRefused('ENOSPC', 'the disk is full'), new BlobDamaged('ab' as never, 'it is missing')])(
  'where the output cannot be stored (%s) the call has failed, and its capture is abandoned',
  async refusal => {
    const {events, abandoned, thrown} = await called(refusal);
    expect([thrown, abandoned]).toEqual([null, 1]);
    expect(events.at(-1)).toMatchObject({
      type: 'tool.finished',
      outcome: {kind: 'failed', error: {code: 'output-not-stored', message: expect.stringContaining(`(${refusal.message})`)}},
    });
  },
);

test("a programmer's mistake there is not the tool's failure: it is thrown on, and the capture is abandoned", async () => {
  const mistake = new TypeError('undefined is not a function');
  const {events, abandoned, thrown} = await called(mistake);
  expect([thrown, abandoned]).toEqual([mistake, 1]);
  expect(events.map(({type}) => type)).toEqual(['tool.started']);
});

test('what is stored is shown', async () => {
  const {events, thrown} = await called(null);
  expect(thrown).toBe(null);
  expect(events.at(-1)).toMatchObject({type: 'tool.finished', outcome: {kind: 'done', shown: {total: {bytes: 262_144}}}});
});
