import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {assemble} from '../../../src/core/context/assemble.ts';
import {plan} from '../../../src/core/context/plan.ts';
import {messagesOf} from '../../../src/core/context/render.ts';
import {trace} from '../../../src/core/context/trace.ts';
import {sessionState, type SessionState} from '../../../src/core/projections/session-state.ts';
import type {Recorded} from '../../../src/core/vocabulary/event.ts';
import {longSession} from '../../support/long-session.ts';
import {recordsOf} from '../../support/records.ts';
import {unpack} from '../../support/session-archive.ts';

const folder = join(import.meta.dirname, '../../../fixtures/sessions');
const overflowing = readdirSync(folder).filter(name => name.startsWith('overflow-'));

/** The requests of a state whose trace loses what was evicted are those of the whole trace, and so are the plans that come next. */
function check(records: readonly Recorded[], every: number): number {
  let state = sessionState.initial;
  let whole = {trace: trace.initial, plan: plan.initial};
  for (const [index, record] of records.entries()) {
    state = sessionState.apply(state, record);
    whole = {trace: trace.apply(whole.trace, record), plan: plan.apply(whole.plan, record)};
    if (index % every !== 0 && record.event.type !== 'user.prompted') continue;
    expect(messagesOf(state.plan, state.trace, String)).toEqual(messagesOf(whole.plan, whole.trace, String));
    if (record.event.type === 'user.prompted') expect(addedBy(state)).toContain(record.seq);
    for (const budget of [2_000, 20_000, 200_000]) {
      const next = {fixed: 500, budget};
      expect(assemble({...next, plan: state.plan, trace: state.trace})).toEqual(assemble({...next, ...whole}));
    }
  }
  return whole.trace.entries.length - state.trace.entries.length;
}

const addedBy = ({plan: before, trace: all}: SessionState) =>
  assemble({plan: before, trace: all, fixed: 500, budget: 1_000_000})!.added.map(({ref}) => ('seq' in ref ? ref.seq : -1));

describe('what was evicted is missed by no later request', () => {
  test.each(overflowing)('in %s', name => {
    check(unpack(join(folder, name)).records, 1);
  });
  test('in a long session, whose trace stays short', () => {
    expect(check(recordsOf([...longSession(3_000)]).records, 5)).toBeGreaterThan(500);
  });
});
