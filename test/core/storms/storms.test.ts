import {describe, expect, test} from 'vitest';
import {replay} from '../../../src/core/log/fold.ts';
import {sha256} from '../../../src/core/log/chain.ts';
import {dueStorms, storms, stormsOf, type Storms} from '../../../src/core/storms/storms.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {CallId, GitTree} from '../../../src/core/vocabulary/ids.ts';
import {recordsOf} from '../../support/records.ts';
import {referenceSession, settings, versions} from '../../support/reference-session.ts';

type Step = {command: string; fails?: string; prints?: string; writes?: string; changes?: string; refused?: true; reads?: true};

const shown = (text: string) => {
  const done = referenceSession.find(event => event.type === 'tool.finished' && event.outcome.kind === 'done');
  if (done?.type !== 'tool.finished' || done.outcome.kind !== 'done') throw new Error('The reference session has no call that is done.');
  return {...done.outcome.shown, stdout_sha256: sha256(text), shown: {bytes: 400, lines: 1, tokens: 100}};
};

/** A session of steps with one shell call each, and a checkpoint behind each one that does not only read. */
function session(steps: readonly Step[]): readonly SessionEvent[] {
  const events: SessionEvent[] = [referenceSession[0]!, {type: 'user.prompted', text: 'Do it.'}, referenceSession[3]!];
  for (const [index, step] of steps.entries()) events.push(...stepEvents(index + 1, step));
  return events;
}

function stepEvents(step: number, {command, fails, prints = '', writes, changes, refused, reads}: Step): readonly SessionEvent[] {
  const call = `${step}.1` as CallId;
  const reply = referenceSession[5] as Extract<SessionEvent, {type: 'model.replied'}>;
  const ran = {
    kind: 'ran' as const,
    exit: fails === undefined ? 0 : 1,
    signal: null,
    timedOut: false,
    shown: shown(prints),
    settled: 'exit' as const,
    left_running: [],
    ...(fails === undefined ? {} : {signature: {id: fails, line: `error: ${fails}`}}),
  };
  const touched = writes === undefined ? [] : [{path: writes, access: 'written' as const, sha256: sha256(`${step}`)}];
  const tree = changes === undefined && writes === undefined ? 'a'.repeat(40) : sha256(`${step}`).slice(0, 40);
  return [
    {...reply, step, content: [{type: 'call', id: call, provider_id: null, tool: 'shell', input: {command}}]},
    {
      type: 'tool.judged',
      call,
      verdict: refused ? {kind: 'deny', reason: 'no', needs_approval: false} : {kind: 'allow', rule: 'x'},
      read_only: reads ?? false,
    },
    {type: 'tool.finished', call, outcome: refused ? {kind: 'refused', reason: 'no'} : ran, touched},
    ...(reads
      ? []
      : [
          {
            type: 'files.checkpointed' as const,
            step,
            tree: tree as GitTree,
            changed: [changes, writes].filter(path => path !== undefined),
            left_out: [],
          },
        ]),
  ];
}

const fold = (events: readonly SessionEvent[]): Storms => replay(storms, recordsOf(events).records);
const runs = (steps: readonly Step[]) =>
  [...fold(session(steps)).open.values()]
    .filter(({kind}) => kind === 'failure')
    .map(({signature, entries}) => [signature, ...entries.map(({call}) => call)]);
const fail = (command: string, fails = 'x'): Step => ({command, fails});

describe('a run of the same failure', () => {
  test.each<[string, readonly Step[], readonly (readonly string[])[]]>([
    ['goes on over other commands', [fail('a'), fail('b'), fail('c')], [['x', '1.1', '2.1', '3.1']]],
    ['goes on over a step that reads', [fail('a'), {command: 'cat f', reads: true}, fail('a')], [['x', '1.1', '3.1']]],
    ['goes on over a command that changes nothing', [fail('a'), {command: 'ls'}, fail('a')], [['x', '1.1', '3.1']]],
    [
      'goes on over another failure',
      [fail('a'), fail('b', 'y'), fail('a')],
      [
        ['x', '1.1', '3.1'],
        ['y', '2.1'],
      ],
    ],
    ['ends where a tool writes', [fail('a'), {command: 'w', writes: 'f'}, fail('a')], [['x', '3.1']]],
    ['ends where a command changes files', [fail('a'), {command: 'sed', changes: 'f'}, fail('a')], [['x', '3.1']]],
    ['ends where the command that fails changes files first', [fail('a'), {...fail('sed && a'), changes: 'f'}], [['x', '2.1']]],
    [
      'goes on over what the same command changes each time',
      [
        {...fail('a'), changes: 'r'},
        {...fail('a'), changes: 'r'},
      ],
      [['x', '1.1', '2.1']],
    ],
    ['ends where the same command succeeds', [fail('a'), {command: 'a'}, fail('a')], [['x', '3.1']]],
    [
      'counts a refused call by the call',
      [
        {command: 'a', refused: true},
        {command: 'a', refused: true},
        {command: 'b', refused: true},
      ],
      [
        [expect.any(String), '1.1', '2.1'],
        [expect.any(String), '3.1'],
      ] as never,
    ],
  ])('%s', (_, steps, expected) => {
    expect(runs(steps)).toEqual(expected);
  });

  test('several calls of one step count once', () => {
    const [reply, judged, finished, saved] = stepEvents(1, fail('a')) as [
      never,
      never,
      Extract<SessionEvent, {type: 'tool.finished'}>,
      never,
    ];
    const both = {...(reply as Extract<SessionEvent, {type: 'model.replied'}>)};
    const content = [1, 2, 3].map(k => ({
      type: 'call' as const,
      id: `1.${k}` as CallId,
      provider_id: null,
      tool: 'shell',
      input: {command: `a${k}`},
    }));
    const ends = content.map(({id}) => ({...finished, call: id}));
    expect(dueStorms(fold([...session([]), {...both, content}, judged, ...ends, saved]))).toEqual([]);
  });

  test('ends where the user speaks, and is still known for the audit', () => {
    const state = fold([...session([fail('a'), fail('a'), fail('a')]), {type: 'user.prompted', text: 'Again.'}]);
    expect(state.open.size).toBe(0);
    expect(stormsOf(state, 'failure').map(({signature, entries}) => [signature, entries.length])).toEqual([['x', 3]]);
  });
});

describe('killed after any record', () => {
  const resumed: SessionEvent = {type: 'session.resumed', run: 'run00001' as never, versions, settings, worktree: 'as-left'};
  const notice = (state: Storms): readonly SessionEvent[] => dueStorms(state).map(storm => ({type: 'storm.noticed', ...storm}));

  test('what is due stays due until it is noticed, and is noticed once', () => {
    const steps = Array.from({length: 6}, () => fail('a'));
    const events = session(steps);
    for (let count = 3; count <= events.length; count++) {
      const log = [...events.slice(0, count), resumed];
      const before = notice(fold(events.slice(0, count)));
      expect(notice(fold(log)), `after ${count}`).toEqual(before);
      expect(notice(fold([...log, ...before]))).toEqual([]);
    }
  });

  test('a step whose files are not looked at yet is waited for', () => {
    const events = session([fail('a'), fail('a'), {command: 'sed', changes: 'f'}]);
    const reader = stepEvents(4, {...fail('cat'), reads: true});
    expect(notice(fold([...events.slice(0, -1), ...reader]))).toEqual([]);
    expect(notice(fold([...events.slice(0, -1), ...reader, events.at(-1)!]))).toEqual([]);
    const idle = session([fail('a'), fail('a'), {command: 'true'}]);
    expect(notice(fold([...idle.slice(0, -1), ...reader]))).toEqual([]);
    expect(notice(fold([...idle.slice(0, -1), ...reader, idle.at(-1)!]))).toMatchObject([{storm: {times: 3}, pauses: false}]);
  });
});

test('the same call with the same output is a repeat; another output ends it', () => {
  const look = (prints: string): Step => ({command: 'cat f', prints, reads: true});
  const repeats = (steps: readonly Step[]) => stormsOf(fold(session(steps)), 'repeat').map(({entries}) => entries.length);
  expect(repeats(Array.from({length: 5}, () => look('1')))).toEqual([5]);
  expect(repeats(Array.from({length: 4}, () => look('1')))).toEqual([]);
  expect(repeats([look('1'), look('1'), look('1'), look('1'), look('2'), look('1')])).toEqual([]);
});
