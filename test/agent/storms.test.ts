import {describe, expect, test} from 'vitest';
import type {OpenRequest} from '../../src/agent/program.ts';
import type {Recorded, SessionEvent} from '../../src/core/vocabulary/event.ts';
import {compose} from '../../src/main/compose.ts';
import {exitCodeOf} from '../../src/surfaces/cli/exit-code.ts';
import {ofType} from '../support/journey.ts';
import {openSession} from '../support/open-session.ts';
import {rebuildRequests} from '../support/rebuild-requests.ts';
import {sandbox} from '../support/sandbox.ts';

const shell = (command: string) => ({calls: [{tool: 'shell', input: {command}}]});
const files = {
  'check.sh':
    'echo "checking at $(date +%N), pid $$"; grep -q good state || { echo "state.txt:1: error: the state is $(cat state)" >&2; exit 1; }\n',
  state: 'bad\n',
  'a.txt': 'a\n',
};

/** One prompt worked off, with every record, and every request made again from the log. */
async function runPrompt(replies: readonly object[], flags: OpenRequest['flags'] = {}) {
  const at = sandbox(files);
  const {session, program} = await openSession(at, at.script(replies), {flags});
  await session.submit({type: 'prompt', text: 'Mend it.'});
  await session.settled();
  const records: Recorded[] = await Array.fromAsync(session.history());
  const state = session.state();
  await session.close();
  const requests = await rebuildRequests(records, await program.blobs());
  expect(requests.map(({rebuilt}) => rebuilt)).toEqual(requests.map(({recorded}) => recorded));
  const events: readonly SessionEvent[] = records.map(({event}) => event);
  return {at, events, state, requests, noticed: ofType(events, 'storm.noticed')};
}

describe('the same failure with no file changed in between', () => {
  test('is told to the model the third time, with what was tried, and pauses the session the fifth time', async () => {
    const {noticed, state, requests} = await runPrompt([
      shell('sh check.sh'),
      {calls: [{tool: 'read', input: {path: 'a.txt'}}]},
      shell('bash check.sh'),
      {expect: [{contains: 'the state is bad'}, {lacks: 'has now come'}], ...shell('sh ./check.sh 2>&1')},
      {
        expect: [
          {last_result_contains: 'has now come 3 times (calls 1.1, 3.1, 4.1)'},
          {last_result_contains: 'Tried: `sh check.sh` · `bash check.sh` · `sh ./check.sh 2>&1`'},
        ],
        ...shell('sh check.sh'),
      },
      {expect: [{last_result_contains: 'has now come 4 times'}], ...shell('sh check.sh; exit 1')},
    ]);
    expect(noticed.map(({storm, pauses}) => [storm.times, pauses])).toEqual([
      [3, false],
      [4, false],
      [5, true],
    ]);
    expect(noticed[2]?.storm).toMatchObject({
      kind: 'failure',
      line: 'state.txt:1: error: the state is bad',
      calls: ['1.1', '3.1', '4.1', '5.1', '6.1'],
    });
    expect(state.turn).toMatchObject({owes: 'human', rest: {why: 'storm', kind: 'failure', times: 5}});
    expect(exitCodeOf(state)).toBe(5);
    expect(requests).toHaveLength(6);
  });

  test.each([
    ['an edit by a tool', {calls: [{tool: 'write', input: {path: 'new.txt', content: 'x\n'}}]}],
    ['an edit by a command', shell('echo worse > state.txt')],
  ])('%s in between makes it another failure', async (_, edit) => {
    const {noticed, state} = await runPrompt([
      shell('sh check.sh'),
      shell('sh check.sh'),
      edit,
      shell('sh check.sh'),
      shell('sh check.sh'),
      {text: 'I give up.'},
    ]);
    expect(noticed).toEqual([]);
    expect(state.turn.rest).toEqual({why: 'done'});
  });

  test('what the command itself writes each time is no edit', async () => {
    const run = shell('date +%N > report.xml; sh check.sh');
    const {noticed} = await runPrompt([run, run, run, {text: 'I give up.'}]);
    expect(noticed.map(({storm}) => storm.times)).toEqual([3]);
  });

  test('a command that edits and then fails is not the same as before', async () => {
    const {noticed} = await runPrompt([1, 2, 3, 4].map(n => shell(`echo ${n} > b.txt; sh check.sh`)).concat({text: 'I give up.'} as never));
    expect(noticed).toEqual([]);
  });

  test('is left alone where the settings exempt it, and where they say never', async () => {
    const same = Array.from({length: 6}, () => shell('until sh check.sh; do exit 1; done'));
    expect((await runPrompt([...same, {text: 'So.'}], {storms: {exempt: ['shell until *']}})).noticed).toEqual([]);
    const never = await runPrompt([...same, {text: 'So.'}], {storms: {notice: 0, pause: 0}});
    expect([never.noticed, never.state.turn.rest]).toEqual([[], {why: 'done'}]);
    const told = await runPrompt([...same, {text: 'So.'}], {storms: {notice: 2, pause: 0}});
    expect(told.noticed.map(({storm, pauses}) => [storm.times, pauses])).toEqual([2, 3, 4, 5, 6].map(times => [times, false]));
  });
});

test('the same call with the same output is told of the tenth and the twentieth time, and never pauses; what waits for a background command is not', async () => {
  const look = {calls: [{tool: 'read', input: {path: 'a.txt'}}]};
  const {noticed, state} = await runPrompt([...Array.from({length: 21}, () => look), {text: 'So.'}]);
  expect(noticed.map(({storm, pauses}) => [storm.times, pauses])).toEqual([
    [10, false],
    [20, false],
  ]);
  expect(noticed[0]?.storm).toMatchObject({kind: 'repeat', line: ''});
  expect(state.turn.rest).toEqual({why: 'done'});

  const wait = {calls: [{tool: 'shell', input: {read: 'bg1', timeout_s: 0.01}}]};
  const waited = await runPrompt([
    {calls: [{tool: 'shell', input: {command: 'sleep 30', background: true}}]},
    ...Array.from({length: 6}, () => wait),
    {text: 'So.'},
  ]);
  expect(waited.noticed).toEqual([]);
});

test("after a pause the user's word goes on, and the count begins anew", async () => {
  const at = sandbox(files);
  const same = Array.from({length: 9}, () => shell('sh check.sh'));
  const first = await openSession(at, at.script([...same, {text: 'I stop.'}]), {flags: {storms: {pause: 4}}});
  await first.session.submit({type: 'prompt', text: 'Mend it.'});
  await first.session.settled();
  expect(first.session.state().turn.rest).toMatchObject({why: 'storm', times: 4});
  await first.session.close();

  const again = await compose({env: at.env, cwd: at.repo}).resume(first.id, {
    add_dirs: [],
    config: null,
    flags: {mode: 'full', storms: {pause: 6}},
    headless: true,
  });
  await again.session.submit({type: 'prompt', text: 'Go on.'});
  await again.session.settled();
  const events: readonly SessionEvent[] = (await Array.fromAsync(again.session.history())).map(({event}) => event);
  expect(ofType(events, 'storm.noticed').map(({storm, pauses}) => [storm.times, pauses])).toEqual([
    [3, false],
    [4, true],
    [3, false],
    [4, false],
    [5, false],
  ]);
  expect(again.session.state().turn.rest).toEqual({why: 'done'});
  await again.session.close();
});
