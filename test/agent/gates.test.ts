import {cpSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {ResumeRequest} from '../../src/agent/program.ts';
import {compose} from '../../src/main/compose.ts';
import type {SessionEvent} from '../../src/core/vocabulary/event.ts';
import type {CallId, SessionId} from '../../src/core/vocabulary/ids.ts';
import type {Mode} from '../../src/core/vocabulary/verdict.ts';
import {ofType} from '../support/journey.ts';
import {openSession} from '../support/open-session.ts';
import {sandbox, type Sandbox} from '../support/sandbox.ts';
import {unlooked} from '../support/unlooked.ts';

const shell = (command: string) => ({tool: 'shell', input: {command}});
const write = (path: string, content: string) => ({tool: 'write', input: {path, content}});
const read = (path: string) => ({tool: 'read', input: {path}});

const script = [
  {calls: [write('x.txt', 'x\n'), shell('echo 1 >> log')]},
  {calls: [shell('echo 2 >> log'), write('z.txt', 'z\n')]},
  {calls: [read('x.txt'), read('missing.txt')]},
  {calls: [shell('git status --short'), {tool: 'glob', input: {pattern: '*.txt'}}]},
  {calls: [write('y.txt', 'y\n'), shell('echo 3 >> log')]},
  {text: 'Done.'},
];

type Recorded = {at: Sandbox; id: SessionId; lines: readonly string[]};

/** A finished session, to be cut off after any of its records. */
async function finished(replies: readonly object[]): Promise<Recorded> {
  const at = sandbox({'a.txt': 'a\n'});
  const {session, id} = await openSession(at, at.script(replies));
  await session.submit({type: 'prompt', text: 'Go.'});
  await session.settled();
  await session.close();
  return {
    at,
    id,
    lines: readFileSync(join(at.home, 'sessions', id, 'log.jsonl'), 'utf8')
      .trimEnd()
      .split('\n'),
  };
}

/** The program was killed when the first `count` records were on the disk. */
function cutAfter({at, id, lines}: Recorded, count: number): SessionEvent[] {
  const kept = lines.slice(0, count);
  writeFileSync(join(at.home, 'sessions', id, 'log.jsonl'), kept.map(line => `${line}\n`).join(''));
  return kept.map(line => (JSON.parse(line) as {event: SessionEvent}).event);
}

async function resume({at, id}: Recorded, {headless, mode}: {headless: boolean; mode: Mode} = {headless: true, mode: 'full'}) {
  const request: ResumeRequest = {add_dirs: [], config: null, flags: {mode}, headless};
  const {session} = await compose({env: at.env, cwd: at.repo}).resume(id, request);
  const events = async () => {
    const found: SessionEvent[] = [];
    for await (const {event} of session.history()) found.push(event);
    return found;
  };
  return {session, events};
}

const startedOpen = (events: readonly SessionEvent[], at: number): readonly CallId[] => {
  const ended = new Set(ofType(events.slice(0, at), 'tool.finished').map(({call}) => call));
  return ofType(events.slice(0, at), 'tool.started')
    .map(({call}) => call)
    .filter(call => !ended.has(call));
};

test('killed after any record: nothing with side effects starts between a lost call that changes something and a look', async () => {
  const recorded = await finished(script);
  const all = cutAfter(recorded, recorded.lines.length);
  const cuts = all.flatMap((event, index) => (event.type === 'tool.started' || index % 4 === 3 ? [index + 1] : []));
  let closings = 0;
  for (const count of cuts.filter(count => count > 2)) {
    const before = cutAfter(recorded, count);
    const lost = startedOpen(before, count);
    const {session, events} = await resume(recorded);
    session.goOn();
    await session.settled();
    const after = await events();
    await session.close();
    expect([count, unlooked(after)]).toEqual([count, []]);
    expect([count, session.state().turn.rest]).toEqual([count, {why: 'done'}]);
    const changing = lost.filter(call => ofType(before, 'tool.judged').some(judged => judged.call === call && !judged.read_only));
    expect([count, new Set(ofType(after, 'gate.closed').map(({call}) => call))]).toEqual([count, new Set(changing)]);
    closings += changing.length;
  }
  expect(closings).toBeGreaterThanOrEqual(5);
});

/** Killed while call `lost` ran; the session goes on with what the model says from then on. */
async function killedIn(lost: string, replies: readonly object[]): Promise<Recorded> {
  const recorded = await finished(replies);
  const all = cutAfter(recorded, recorded.lines.length);
  cutAfter(recorded, all.findIndex(event => event.type === 'tool.started' && event.call === lost) + 1);
  return recorded;
}

test('the model is told what is uncertain and what to look at; a look opens the gate for what the model says then', async () => {
  const recorded = await killedIn('1.1', [
    {calls: [write('src/x.txt', 'x\n')]},
    {calls: [shell('echo hi > log'), read('a.txt'), shell('echo hi')]},
    {calls: [read('src/x.txt'), write('y.txt', 'y\n')]},
    {calls: [shell('echo more >> log')]},
    {text: 'Done.'},
  ]);
  const {session, events} = await resume(recorded);
  session.goOn();
  await session.settled();
  await session.close();
  const all = await events();
  expect(ofType(all, 'gate.closed')).toEqual([{type: 'gate.closed', subject: 'src/x.txt', why: 'lost', call: '1.1'}]);
  expect(ofType(all, 'gate.opened')).toEqual([{type: 'gate.opened', subject: 'src/x.txt', by: '3.1'}]);
  const ends = ofType(all, 'tool.finished').map(({call, outcome}) => [call, outcome.kind]);
  expect(Object.fromEntries(ends)).toMatchObject({
    '1.1': 'lost',
    '2.1': 'refused',
    '2.2': 'done',
    '2.3': 'ran',
    '3.2': 'refused',
    '4.1': 'ran',
  });
  const refused = ofType(all, 'tool.finished').find(({call}) => call === '2.1')?.outcome;
  expect(refused).toMatchObject({reason: expect.stringContaining('may or may not have changed src/x.txt') as string});
});

test('a lost call that only read closes nothing', async () => {
  const recorded = await killedIn('1.1', [{calls: [shell('cat a.txt')]}, {calls: [shell('echo hi > log')]}, {text: 'Done.'}]);
  const {session, events} = await resume(recorded);
  session.goOn();
  await session.settled();
  await session.close();
  expect(ofType(await events(), 'gate.closed')).toEqual([]);
  expect(ofType(await events(), 'tool.finished').map(({outcome}) => outcome.kind)).toEqual(['lost', 'ran']);
});

test('whoever sits at the terminal and allows a call opens every gate; a refusal opens none', async () => {
  const recorded = await killedIn('1.1', [
    {calls: [shell('echo 1 >> log')]},
    {calls: [shell('echo 2 >> log')]},
    {calls: [shell('echo 3 >> log')]},
    {calls: [shell('echo 4 >> log')]},
    {text: 'Done.'},
  ]);
  const {session, events} = await resume(recorded, {headless: false, mode: 'ask'});
  session.goOn();
  for (const [call, answer] of [
    ['2.1', 'deny'],
    ['3.1', 'allow'],
    ['4.1', 'allow'],
  ] as const) {
    await session.settled();
    const pending = session.state().turn.calls.get(call as CallId);
    const verdict = pending?.at === 'asking' ? pending.verdict : null;
    expect([call, verdict?.rule.includes('is not known')]).toEqual([call, call !== '4.1']);
    await session.submit({type: 'answer', call: call as CallId, answer});
  }
  await session.settled();
  await session.close();
  const all = await events();
  expect(unlooked(all)).toEqual([]);
  expect(ofType(all, 'gate.opened')).toEqual([{type: 'gate.opened', subject: '.', by: 'user'}]);
  expect(ofType(all, 'tool.finished').map(({outcome}) => outcome.kind)).toEqual(['lost', 'refused', 'ran', 'ran']);
});

test('a gate stays closed through further resumes, and a crash between its record and the lost outcome closes it once more', async () => {
  const recorded = await killedIn('1.1', [{calls: [shell('echo 1 >> log')]}, {calls: [shell('echo 2 >> log')]}, {text: 'Done.'}]);
  const first = await resume(recorded);
  first.session.goOn();
  await first.session.settled();
  await first.session.close();
  const file = join(recorded.at.home, 'sessions', recorded.id, 'log.jsonl');
  cpSync(file, `${file}.whole`);
  const whole = readFileSync(file, 'utf8').trimEnd().split('\n');
  const closing = whole.findIndex(line => line.includes('"gate.closed"'));
  cutAfter({...recorded, lines: whole}, closing + 1);
  const second = await resume(recorded);
  expect([...second.session.state().gates]).toEqual([['.', {call: '1.1', seen: false}]]);
  second.session.goOn();
  await second.session.settled();
  await second.session.close();
  const all = await second.events();
  expect(unlooked(all)).toEqual([]);
  expect(second.session.state().gates.size).toBe(1);
  expect(ofType(all, 'tool.finished').map(({outcome}) => outcome.kind)).toEqual(['lost', 'refused']);
});
