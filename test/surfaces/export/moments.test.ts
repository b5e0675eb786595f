import {describe, expect, test} from 'vitest';
import {replay} from '../../../src/core/log/fold.ts';
import {transcript} from '../../../src/core/projections/transcript.ts';
import type {Recorded, SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {CallId, GitTree} from '../../../src/core/vocabulary/ids.ts';
import {moments, type Moment} from '../../../src/surfaces/export/moments.ts';
import {outlineOf} from '../../../src/surfaces/export/outline.ts';
import {recordsOf} from '../../support/records.ts';
import {referenceSession} from '../../support/reference-session.ts';
import {everything, Told} from './told.ts';

async function told(records: readonly Recorded[]): Promise<readonly Moment[]> {
  const found: Moment[] = [];
  const each = async function* () {
    yield* records;
  };
  for await (const moment of moments(each())) found.push(moment);
  return found;
}

const kinds = (found: readonly Moment[]) => found.map(({turn, step, pieces}) => [turn, step, pieces.map(({kind}) => kind).join(' ')]);

describe('moments', () => {
  const logs = {reference: referenceSession, everything: everything().events};

  test.each(Object.entries(logs))('of every prefix of a log hold what the transcript holds, in its order: %s', async (_, events) => {
    const {records} = recordsOf(events);
    for (let length = 0; length <= records.length; length++) {
      const prefix = records.slice(0, length);
      const found = await told(prefix);
      const whole = replay(transcript, prefix);
      const expected = [...whole.done].map(entry => (entry.kind === 'call' ? `call ${entry.card.call.id}` : entry.kind));
      const open = whole.open.map(({call}) => `call ${call.id}`);
      const pieces = found.flatMap(moment => moment.pieces);
      const names = pieces.map(piece =>
        piece.kind === 'call' ? `call ${piece.card.call.id}` : piece.kind === 'replaced' ? 'note' : piece.kind,
      );
      expect(names.toSorted()).toEqual([...expected, ...open].toSorted());
    }
  });

  test('a prompt begins a turn, a reply a step; what comes while its calls run belongs to it', async () => {
    expect(kinds(await told(recordsOf(logs.everything).records))).toEqual([
      [1, null, 'prompt'],
      [1, 1, 'answer call call'],
      [1, null, 'prompt'],
      [1, null, 'failure'],
      [1, 2, 'answer'],
      [2, null, 'prompt'],
      [2, 3, 'answer call'],
      [2, null, 'replaced'],
      [2, null, 'note'],
      [2, 4, 'answer call'],
    ]);
  });

  test('what the user says while a call runs stands in its step, and the call stays whole', async () => {
    const {events} = new Told().prompt('Go.').step('Yes.', [{input: {command: 'x'}, output: 'ok'}]);
    const at = events.findIndex(({type}) => type === 'tool.finished');
    const steered = events.toSpliced(at, 0, {type: 'user.steered', text: 'Faster.'});
    expect(kinds(await told(recordsOf(steered).records))).toEqual([
      [1, null, 'prompt'],
      [1, 1, 'answer prompt call'],
    ]);
  });

  test('a call that never ended is told as such, also where a new prompt comes', async () => {
    const {events} = new Told().prompt('Go.').step('Yes.', [{input: {command: 'x'}, output: 'ok'}]);
    const cut = events.slice(0, -1).concat([{type: 'user.prompted', text: 'Again.'}]);
    const found = await told(recordsOf(cut).records);
    expect(kinds(found)).toEqual([
      [1, null, 'prompt'],
      [1, 1, 'answer call'],
      [2, null, 'prompt'],
    ]);
    expect(found[1]!.pieces[1]).toMatchObject({kind: 'call', card: {call: {id: '1.1' as CallId}, outcome: null}});
  });
});

test('what the step changed that a fork was made from, where its parent had not checkpointed it by then', async () => {
  const tree = (name: string) => name.repeat(40) as GitTree;
  const [opened] = referenceSession;
  const prepared: SessionEvent = {type: 'worktree.prepared', base: tree('a'), head: null, left_out: [], dependencies: []};
  const place = {kind: 'worktree', root: '/fork', cwd: '', head: null};
  const forked = {...opened!, type: 'session.forked', from: {step: 2}, place, tree: tree('b')} as unknown as SessionEvent;
  const records = async function* () {
    yield* recordsOf([opened!, prepared, forked]).records;
  };
  expect((await outlineOf({records})).files).toEqual(new Map([[2, [{place, from: tree('a'), to: tree('b')}]]]));
});
