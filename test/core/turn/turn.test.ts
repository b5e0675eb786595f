import {describe, expect, test} from 'vitest';
import {replay} from '../../../src/core/log/fold.ts';
import {moveKey, next, type Move} from '../../../src/core/turn/next.ts';
import {turn, type Turn} from '../../../src/core/turn/turn.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import {recordsOf} from '../../support/records.ts';
import {referenceSession, settings, versions} from '../../support/reference-session.ts';

const after = (events: readonly SessionEvent[]): Turn => replay(turn, recordsOf(events).records);
const movesAfter = (events: readonly SessionEvent[]): readonly string[] => next(after(events)).map(moveKey);
const resumed: SessionEvent = {type: 'session.resumed', run: 'run00001' as never, versions, settings, worktree: 'as-left'};

describe('what happens next', () => {
  test.each([
    [1, []],
    [2, ['assemble 1 0']],
    [3, ['ask-model 1 1 0', 'prepare-worktree']],
    [4, ['ask-model 1 1 0']],
    [5, ['ask-model 1 2 0']],
    [6, ['judge 1.1']],
    [7, ['run 1.1', 'judge 1.2']],
    [8, ['run 1.1']],
    [9, []],
    [10, ['run 1.2']],
    [11, []],
    [13, ['assemble 2 0']],
    [14, ['ask-model 2 1 0']],
    [16, ['run 2.1']],
    [20, ['checkpoint 2', 'assemble 3 0']],
    [21, ['assemble 3 0']],
    [22, ['ask-model 3 1 0']],
    [23, []],
  ] as const)('after %i records: %j', (count, expected) => {
    expect(movesAfter(referenceSession.slice(0, count))).toEqual(expected);
  });

  test('a writing call waits for every call before it, a reading one only for writing ones', () => {
    expect(runs([true, true, true])).toEqual(['run 1.1', 'run 1.2', 'run 1.3']);
    expect(runs([false, true, true])).toEqual(['run 1.1']);
    expect(runs([true, false, true])).toEqual(['run 1.1']);
    expect(runs([true, true, false])).toEqual(['run 1.1', 'run 1.2']);
  });

  test('a message that came while the model was answering gets a request of its own', () => {
    const steered = [...referenceSession.slice(0, 22), {type: 'user.steered', text: 'also the docs'} as const, referenceSession[22]!];
    expect(movesAfter(steered)).toEqual(['assemble 4 0']);
  });

  test('a request that is too large is made smaller, twice, and then the turn ends loudly', () => {
    const overflow: SessionEvent = {
      type: 'model.failed',
      step: 1,
      attempt: 1,
      error: {code: 'context-overflow', message: 'too long', retryable: false},
      retry_in_ms: null,
    };
    const start = referenceSession.slice(0, 4);
    const again = (events: readonly SessionEvent[]) => [...events, overflow, referenceSession[2]!];
    expect(movesAfter([...start, overflow])).toEqual(['assemble 1 1']);
    expect(movesAfter([...again(start), overflow])).toEqual(['assemble 1 2']);
    expect(after([...again(again(start)), overflow]).rest).toMatchObject({why: 'failed', error: {code: 'context-overflow'}});
  });
});

describe('killed after any record', () => {
  test('a started call is declared lost and never runs again; everything else goes on where it was', () => {
    for (let count = 2; count <= referenceSession.length; count++) {
      const log = [...referenceSession.slice(0, count), resumed];
      const moves = next(after(log));
      const started = startedCalls(referenceSession.slice(0, count));
      expect(moves.flatMap(move => (move.do === 'declare-lost' ? [move.call] : [])).toSorted(), `after ${count}`).toEqual(started);
      expect(moves.filter(move => move.do === 'run' && started.includes(move.call.id))).toEqual([]);
      expect(moves.length > 0 || count === referenceSession.length, `after ${count} nothing is left to do`).toBe(true);
    }
  });
});

describe('a new run', () => {
  test('judges again what was not begun: its mode and rules are its own', () => {
    expect(movesAfter([...referenceSession.slice(0, 7), resumed])).toEqual(['judge 1.1']);
    expect(movesAfter([...referenceSession.slice(0, 8), resumed])).toEqual(['judge 1.1']);
  });

  test('plans again a request that waits for its reply: its model and window are its own', () => {
    expect(movesAfter([...referenceSession.slice(0, 4), resumed])).toEqual(['assemble 1 0']);
  });
});

describe('interrupted after any record', () => {
  test('nothing that arrives late wakes the turn', () => {
    for (let at = 2; at <= referenceSession.length; at++) {
      for (let late = at; late <= referenceSession.length; late++) {
        const log = [...referenceSession.slice(0, at), {type: 'user.interrupted'} as const, ...referenceSession.slice(at, late)];
        const state = after(log);
        expect(state.owes, `interrupted after ${at}, late until ${late}`).toBe('human');
        expect(next(state).filter(move => wakes(move))).toEqual([]);
      }
    }
  });
});

describe('a storm noticed after any record', () => {
  const storm = {kind: 'failure' as const, signature: 's', times: 5, calls: ['1.1' as never], tried: ['npm test'], line: 'no', tokens: 9};
  const noticed = (pauses: boolean): SessionEvent => ({type: 'storm.noticed', storm, pauses});

  test('told, it changes nothing of what happens next', () => {
    for (let at = 2; at <= referenceSession.length; at++) {
      const log = referenceSession.slice(0, at);
      expect(movesAfter([...log, noticed(false)]), `after ${at}`).toEqual(movesAfter(log));
    }
  });

  test('a pause rests until the user speaks, whatever arrives late and however often the program dies', () => {
    for (let at = 2; at < referenceSession.length; at++) {
      for (let late = at; late <= referenceSession.length; late++) {
        const paused = [...referenceSession.slice(0, at), noticed(true), ...referenceSession.slice(at, late)];
        expect(after(paused), `paused after ${at}, late until ${late}`).toMatchObject({owes: 'human', rest: {why: 'storm', times: 5}});
        expect(next(after([...paused, resumed])).filter(wakes)).toEqual([]);
        expect(after([...paused, resumed, {type: 'user.prompted', text: 'Go on.'}]).owes).toBe('request');
      }
    }
    expect(after([...referenceSession, noticed(true)]).rest).toEqual({why: 'done'});
  });
});

const wakes = (move: Move): boolean => !['checkpoint', 'declare-lost'].includes(move.do);

function startedCalls(events: readonly SessionEvent[]): readonly string[] {
  const open = new Set<string>();
  for (const event of events) {
    if (event.type === 'tool.started') open.add(event.call);
    if (event.type === 'tool.finished') open.delete(event.call);
  }
  return [...open].toSorted();
}

function runs(readOnly: readonly boolean[]): readonly string[] {
  const calls = readOnly.map((_, index) => ({
    type: 'call' as const,
    id: `1.${index + 1}` as never,
    provider_id: null,
    tool: 'x',
    input: {},
  }));
  const reply = {...(referenceSession[5] as Extract<SessionEvent, {type: 'model.replied'}>), content: calls};
  const judged = calls.map(({id}, index): SessionEvent => ({
    type: 'tool.judged',
    call: id,
    verdict: {kind: 'allow', rule: 'test'},
    read_only: readOnly[index]!,
  }));
  return movesAfter([...referenceSession.slice(0, 5), reply, ...judged]);
}
