import {expect, test} from 'vitest';
import {Anchors} from '../../src/agent/anchors.ts';
import type {SessionId} from '../../src/core/vocabulary/ids.ts';
import type {Log} from '../../src/ports/log.ts';
import type {Ports} from '../../src/agent/ports.ts';
import {sha256} from '../../src/core/log/chain.ts';

const id = 'session000' as SessionId;

function world() {
  const done: string[] = [];
  const at = {ms: 0, seq: 0, fails: false};
  const log = {
    get last() {
      return {seq: at.seq, hash: sha256(String(at.seq))};
    },
    sync: async () => void done.push('sync'),
  } as unknown as Log;
  const note: Ports['note'] = async event => {
    if (at.fails) throw new Error('full');
    done.push(event.type === 'session.anchored' ? `note ${event.seq}` : event.type);
  };
  const clock = {elapsed: () => at.ms} as Ports['clock'];
  return {at, done, anchors: new Anchors({log, note, clock}, () => id)};
}

test('a log is on the disk before the home log is told how long it is; what it knows already it is not told again', async () => {
  const {at, done, anchors} = world();
  await Promise.all([anchors.now(), anchors.now()]);
  at.seq = 4;
  const behind = anchors.now();
  await anchors.idle();
  expect(done).toEqual(['sync', 'note 0', 'sync', 'note 4']);
  await behind;
});

test('it is due once a minute, counted from the one before', async () => {
  const {at, anchors} = world();
  expect(anchors.due).toBe(false);
  at.ms = 60_000;
  expect(anchors.due).toBe(true);
  await anchors.now();
  at.ms = 119_999;
  expect(anchors.due).toBe(false);
});

test('where the home log does not take it, whoever asked is told, and the next one is tried', async () => {
  const {at, done, anchors} = world();
  at.fails = true;
  await expect(anchors.now()).rejects.toThrow('full');
  at.fails = false;
  await anchors.now();
  expect(done).toEqual(['sync', 'sync', 'note 0']);
});
