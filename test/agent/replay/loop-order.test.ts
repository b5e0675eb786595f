import {cpSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {LoopOrder, type Ordered} from '../../../src/agent/replay/loop-order.ts';
import {sessionState} from '../../../src/core/projections/session-state.ts';
import {loopRules} from '../../../src/core/turn/loop-rules.ts';
import type {Recorded, SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {CallId, SessionId, Sha256} from '../../../src/core/vocabulary/ids.ts';
import {recordsIn, rewriteLog, verifyReplayIn} from '../../support/replayed-home.ts';
import {runReplaySession} from '../../support/replay-sessions.ts';
import type {Sandbox} from '../../support/sandbox.ts';
import {unpack} from '../../support/session-archive.ts';

const sh = (command: string) => ({tool: 'shell', input: {command}});
let whole: {at: Sandbox; id: SessionId};
let events: readonly SessionEvent[];
beforeAll(async () => {
  whole = await runReplaySession({
    files: {'a.txt': 'alpha\n'},
    more: {flags: {mode: 'full', retries: {attempts: 3, base_ms: 1}}},
    replies: [
      {calls: [{tool: 'read', input: {path: 'a.txt'}}, sh('echo b > b.txt'), sh('echo c > c.txt'), {tool: 'no-such', input: {}}]},
      {fail: {code: 'overloaded', retryable: true, times: 1}, calls: [sh('touch d.txt')]},
      {calls: [sh('cat gone')]},
      {calls: [sh('cat gone')]},
      {calls: [sh('cat gone')]},
      {text: 'Done.'},
    ],
  });
  events = recordsIn(whole.at.home, whole.id).map(({event}) => event);
});
afterAll(() => rmSync(whole.at.root, {recursive: true, force: true}));

/** What is wrong with the order of these events, each with its number. */
function misplaced(changed: readonly SessionEvent[]): readonly string[] {
  const order = new LoopOrder();
  let state = sessionState.initial;
  return changed.flatMap((event, seq) => {
    const record = {v: 1, seq, at: '', prev: '', hash: '', event} as unknown as Recorded;
    const before = state;
    state = sessionState.apply(before, record);
    const ordered: Ordered = order.take(record, before, state);
    return typeof ordered === 'string' ? [] : [`${seq} ${event.type}: ${ordered.why}`];
  });
}

const at = (is: (event: SessionEvent) => boolean): number => {
  const index = events.findIndex(is);
  if (index === -1) throw new Error('There is no such event.');
  return index;
};
const ofCall = (type: SessionEvent['type'], call: string) => at(event => event.type === type && 'call' in event && event.call === call);
const ofStep = (type: SessionEvent['type'], step: number) => at(event => event.type === type && 'step' in event && event.step === step);
const without = (index: number) => events.toSpliced(index, 1);
const moved = (from: number, to: number) => events.toSpliced(from, 1).toSpliced(to, 0, events[from]!);

test('the order as it was', () => expect(misplaced(events)).toEqual([]));

describe('without one record, what came of it was not due', () => {
  test.each([
    ['a verdict', () => ofCall('tool.judged', '1.2'), /tool\.started: call 1\.2 was not to run/],
    ['a start', () => ofCall('tool.started', '1.1'), /tool\.finished: call 1\.1 was not to end/],
    ['an end', () => ofCall('tool.finished', '1.2'), /tool\.started: call 1\.3 was not to run/],
    ['a request', () => ofStep('context.assembled', 2), /model\.failed: no try 1 of the request of step 2/],
    ['a reply', () => ofStep('model.replied', 6), null],
    ['a failed try', () => ofStep('model.failed', 2), null],
    ['the worktree', () => at(({type}) => type === 'worktree.prepared'), /tool\.judged: call 1\.1 was not to be judged/],
    ['the prompt', () => at(({type}) => type === 'user.prompted'), /context\.assembled: no request of step 1 was owed/],
    ['a checkpoint', () => ofStep('files.checkpointed', 1), /tool\.started: call 2\.1 was not to run/],
  ] as [string, () => number, RegExp | null][])('%s', (_, index, why) => {
    const found = misplaced(without(index()));
    if (why === null) expect(found).toEqual([]);
    else expect(found.join('\n')).toMatch(why);
  });
});

test('no record of a move may stand twice', () => {
  for (const [index, event] of events.entries()) {
    const found = misplaced(events.toSpliced(index, 0, event));
    const mayComeTwice = [
      'user.prompted',
      'process.spawned',
      'process.ended',
      'files.checkpointed',
      'user.interrupted',
      'instructions.read',
    ].includes(event.type);
    if (!mayComeTwice) expect(found.length, `${index} ${event.type}`).toBeGreaterThan(0);
  }
});

test('what begins or ends earlier than it could is found', () => {
  const moves: [string, number, number][] = [
    ['a call that writes before the one in front of it has ended', ofCall('tool.started', '1.3'), ofCall('tool.finished', '1.2')],
    ['a call before its verdict', ofCall('tool.started', '1.2'), ofCall('tool.judged', '1.2')],
    ['a verdict before the one in front of it', ofCall('tool.judged', '1.2'), ofCall('tool.judged', '1.1')],
    ['an end before its start', ofCall('tool.finished', '1.2'), ofCall('tool.started', '1.2')],
    ['a request before the last result', ofStep('context.assembled', 2), ofCall('tool.finished', '1.3')],
    ['a reply before its request', ofStep('model.replied', 3), ofStep('context.assembled', 3)],
    ['a checkpoint before its step has ended', ofStep('files.checkpointed', 1), ofCall('tool.started', '1.1')],
    ['a storm before it was one', at(({type}) => type === 'storm.noticed'), ofCall('tool.finished', '5.1')],
  ];
  for (const [name, from, to] of moves) expect(misplaced(moved(from, to)), name).not.toEqual([]);
});

describe('what a record says of its move', () => {
  const changed = (index: number, change: object) => events.with(index, {...events[index], ...change} as SessionEvent);
  test.each([
    ['the key of another call', () => changed(ofCall('tool.started', '1.2'), {idempotency_key: '0'.repeat(64) as Sha256})],
    ['another reason than the verdict', () => changed(ofCall('tool.finished', '1.4'), {outcome: {kind: 'refused', reason: 'Because.'}})],
    ['that a call was lost', () => changed(ofCall('tool.finished', '1.2'), {outcome: {kind: 'lost'}})],
    ['that a call was refused', () => changed(ofCall('tool.finished', '1.2'), {outcome: {kind: 'refused', reason: 'No.'}})],
    ['another try', () => changed(ofStep('model.failed', 2), {attempt: 2})],
    ['another call', () => changed(ofCall('tool.judged', '1.3'), {call: '1.4' as CallId})],
    [
      'another storm',
      () =>
        changed(
          at(({type}) => type === 'storm.noticed'),
          {pauses: true},
        ),
    ],
    [
      'a limit that was not reached',
      () => events.toSpliced(ofStep('context.assembled', 3), 0, {type: 'budget.reached', which: 'steps', limit: 2}),
    ],
    [
      'an answer that nobody was asked for',
      () => events.toSpliced(ofCall('tool.started', '1.2'), 0, {type: 'human.answered', call: '1.2' as CallId, answer: 'allow'}),
    ],
    ['a second beginning', () => [...events, events[0]!]],
  ] as [string, () => readonly SessionEvent[]][])('%s', (_, make) => expect(misplaced(make())).not.toEqual([]));
});

test('it is told with the step and the line, and the requests behind it are still made again', async () => {
  const home = mkdtempSync(join(tmpdir(), 'agent-test-'));
  onTestFinished(() => rmSync(home, {recursive: true, force: true}));
  for (const name of ['sessions', 'blobs']) cpSync(join(whole.at.home, name), join(home, name), {recursive: true});
  const [first, second] = [ofCall('tool.judged', '1.2'), ofCall('tool.started', '1.2')];
  rewriteLog(home, whole.id, all => all.with(first, all[second]!).with(second, all[first]!));
  const {divergences, requests, verdict} = await verifyReplayIn(home, whole.id);
  expect(verdict).toBe('faulty');
  expect(divergences[0]).toMatchObject({what: 'order', step: 1, seq: first, line: first + 1});
  expect(requests.different).toBe(0);
});

const folder = resolve(import.meta.dirname, '../../../fixtures/sessions');
const sessions = readdirSync(folder).filter(name => name.endsWith('.json.zst'));

// Some are of versions whose storms were other ones.
test.each(sessions)('a session that was recorded once: %s', name => {
  const {records} = unpack(join(folder, name));
  const seqs = new Map(records.map(({seq}, index) => [index, seq]));
  expect([...seqs].every(([index, seq]) => index === seq)).toBe(true);
  const storms = misplaced(
    records.map(({event}) => ('versions' in event ? {...event, versions: {...event.versions, loop: loopRules}} : event)),
  );
  expect(storms.filter(line => !line.includes('storm.noticed'))).toEqual([]);
  expect(misplaced(records.map(({event}) => event))).toEqual([]);
});
