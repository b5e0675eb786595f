import {existsSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {OpenRequest} from '../../src/agent/program.ts';
import type {Recorded, SessionEvent} from '../../src/core/vocabulary/event.ts';
import {openSession} from '../support/open-session.ts';
import {rebuildRequests} from '../support/rebuild-requests.ts';
import {sandbox, type Sandbox} from '../support/sandbox.ts';

const shell = (command: string, more: object = {}) => ({tool: 'shell', input: {command, ...more}});

/** One prompt worked off to its end: every record, and what the log's order must be. */
async function runPrompt(at: Sandbox, replies: readonly object[], more: Partial<OpenRequest> & {window?: number} = {}) {
  const opened = await openSession(at, at.script(replies, more.window === undefined ? {} : {window: more.window}), more);
  await opened.session.submit({type: 'prompt', text: 'Do it.'});
  await opened.session.settled();
  const records = await collect(opened.session.history());
  const state = opened.session.state();
  await opened.session.close();
  return {...opened, records, state, events: records.map(({event}) => event)};
}

async function collect(history: AsyncIterable<Recorded>): Promise<readonly Recorded[]> {
  const records: Recorded[] = [];
  for await (const record of history) records.push(record);
  return records;
}

const finished = (events: readonly SessionEvent[], call: string) =>
  events.find(event => event.type === 'tool.finished' && event.call === call) as Extract<SessionEvent, {type: 'tool.finished'}>;

describe('a turn from prompt to rest', () => {
  test('every request can be made again from log and blobs alone, and hashes to what was recorded when it was sent', async () => {
    const at = sandbox({'a.txt': 'alpha\n', 'AGENTS.md': 'Be brief.\n'});
    const {records, program, state} = await runPrompt(at, [
      {text: 'Looking.', calls: [shell('seq 1 20000'), {tool: 'read', input: {path: 'a.txt'}}]},
      {expect: [{contains: 'Be brief.'}, {contains: '20000'}], thinking: 'so', calls: [shell('echo changed > a.txt; exit 3')]},
      {expect: [{contains: 'exit 3'}], text: 'Done.'},
    ]);
    expect(state.turn.rest).toEqual({why: 'done'});
    const requests = await rebuildRequests(records, await program.blobs());
    expect(requests).toHaveLength(3);
    for (const {rebuilt, recorded} of requests) expect(rebuilt).toBe(recorded);
  });

  test('no call starts without an earlier allow, and each call has one start and one end', async () => {
    const {events} = await runPrompt(sandbox(), [{calls: [shell('true'), {tool: 'no-such', input: {}}, shell('echo 2')]}, {text: 'Done.'}]);
    for (const [index, event] of events.entries()) {
      if (event.type !== 'tool.started') continue;
      const allowed = events
        .slice(0, index)
        .some(earlier => earlier.type === 'tool.judged' && earlier.call === event.call && earlier.verdict.kind === 'allow');
      expect(allowed, event.call).toBe(true);
    }
    const ends = events.flatMap(event => (event.type === 'tool.finished' ? [event.call] : []));
    expect(ends.toSorted()).toEqual(['1.1', '1.2', '1.3']);
    expect(finished(events, '1.2').outcome).toMatchObject({kind: 'refused'});
  });

  test('results stand in the request in call order, whatever order they finish in', async () => {
    const at = sandbox({'slow.txt': 'x\n'.repeat(50_000), 'fast.txt': 'fast\n'});
    const {records, program} = await runPrompt(at, [
      {
        calls: [
          {tool: 'grep', input: {pattern: 'x', path: 'slow.txt'}},
          {tool: 'read', input: {path: 'fast.txt'}},
          {tool: 'glob', input: {pattern: '*'}},
        ],
      },
      {text: 'Done.'},
    ]);
    const [, second] = await rebuildRequests(records, await program.blobs());
    const results = second!.prompt.messages.flatMap(message => (message.role === 'results' ? message.results.map(({call}) => call) : []));
    expect(results).toEqual(['1.1', '1.2', '1.3']);
  });

  test('work happens in a worktree of its own, and the checkout stays as it was', async () => {
    const at = sandbox({'a.txt': 'alpha\n'});
    writeFileSync(join(at.repo, 'untracked.txt'), 'mine\n');
    const {events, state} = await runPrompt(at, [
      {calls: [shell('cat untracked.txt && echo beta > a.txt && touch new.txt')]},
      {expect: [{contains: 'mine'}], text: 'Done.'},
    ]);
    expect(readFileSync(join(at.repo, 'a.txt'), 'utf8')).toBe('alpha\n');
    expect(existsSync(join(at.repo, 'new.txt'))).toBe(false);
    const checkpoint = events.findLast(event => event.type === 'files.checkpointed');
    expect({step: checkpoint?.step, changed: checkpoint?.changed.toSorted()}).toEqual({step: 1, changed: ['a.txt', 'new.txt']});
    expect(readFileSync(join(state.changes.place!.root, 'a.txt'), 'utf8')).toBe('beta\n');
  });

  test('bad arguments come back as an error that the model can act on, and nothing runs', async () => {
    const {events} = await runPrompt(sandbox(), [
      {
        calls: [
          {tool: 'read', input: {file: 'a'}},
          {tool: 'shell', input: {}},
        ],
      },
      {text: 'Done.'},
    ]);
    expect(finished(events, '1.1').outcome).toMatchObject({kind: 'failed', error: {code: 'bad-arguments'}});
    expect(finished(events, '1.2').outcome).toMatchObject({kind: 'failed', error: {code: 'bad-arguments'}});
    expect(events.some(event => event.type === 'tool.started')).toBe(false);
  });
});

describe('failures', () => {
  test('retryable failures are counted on the log, tried again with backoff, and bounded', async () => {
    const at = sandbox();
    const once = await runPrompt(at, [{fail: {code: 'overloaded', retryable: true, times: 2}, text: 'Done.'}], {
      flags: {retries: {attempts: 5, base_ms: 1}},
    });
    expect(once.events.flatMap(event => (event.type === 'model.failed' ? [[event.attempt, event.retry_in_ms !== null]] : []))).toEqual([
      [1, true],
      [2, true],
    ]);
    expect(once.state.turn.rest).toEqual({why: 'done'});
    const never = await runPrompt(at, [{fail: {code: 'overloaded', retryable: true}}], {flags: {retries: {attempts: 3, base_ms: 1}}});
    expect(never.events.flatMap(event => (event.type === 'model.failed' ? [[event.attempt, event.retry_in_ms !== null]] : []))).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ]);
    expect(never.state.turn.rest).toMatchObject({why: 'failed', error: {code: 'overloaded'}});
  });

  test('limits end the turn and are named', async () => {
    const {state} = await runPrompt(sandbox(), [{calls: [shell('true')]}], {
      flags: {limits: {steps: 1, tokens: null, usd: null, minutes: null}},
    });
    expect(state.turn.rest).toEqual({why: 'limit', which: 'steps'});
    const timed = await runPrompt(sandbox(), [{calls: [shell('sleep 30')]}, {text: 'late'}], {
      flags: {limits: {steps: null, tokens: null, usd: null, minutes: 0.01}},
    });
    expect(timed.state.turn.rest).toEqual({why: 'limit', which: 'time'});
  });
});

describe('the user', () => {
  test('an interrupt stops the command and all it started, and the session can go on', async () => {
    const at = sandbox();
    const {session} = await openSession(
      at,
      at.script([
        {calls: [shell(`sleep 300 & echo started; sleep 301`)]},
        {expect: [{contains: 'interrupted by the user'}, {contains: 'Go on.'}], text: 'Done.'},
      ]),
    );
    session.glance(progress => {
      if (progress.type === 'output') void session.submit({type: 'interrupt'});
    });
    await session.submit({type: 'prompt', text: 'Do it.'});
    await session.settled();
    expect(session.state().turn.rest).toEqual({why: 'interrupted'});
    expect(session.state().groups).toEqual([]);
    await session.submit({type: 'prompt', text: 'Go on.'});
    await session.settled();
    expect(session.state()).toMatchObject({turn: {rest: {why: 'done'}}, card: {answer: 'Done.'}});
    await session.close();
  });

  test('steering reaches the next request', async () => {
    const at = sandbox();
    const {session} = await openSession(
      at,
      at.script([{calls: [shell('echo go; sleep 0.3')]}, {expect: [{contains: 'also the docs'}], text: 'Done.'}]),
    );
    session.glance(progress => {
      if (progress.type === 'output') void session.submit({type: 'steer', text: 'also the docs'});
    });
    await session.submit({type: 'prompt', text: 'Do it.'});
    await session.settled();
    expect(session.state().turn.rest).toEqual({why: 'done'});
    await session.close();
  });

  test('what is said while the last answer comes stands behind it, and is answered', async () => {
    const at = sandbox();
    const {session, program} = await openSession(
      at,
      at.script([{text: 'One moment, here is all of it.', stream_delay_ms: 20}, {text: 'And the docs.'}]),
    );
    let said = false;
    session.glance(progress => {
      if (progress.type === 'text' && !said) void session.submit({type: 'steer', text: 'also the docs'});
      said = true;
    });
    await session.submit({type: 'prompt', text: 'Do it.'});
    await session.settled();
    const requests = await rebuildRequests(await collect(session.history()), await program.blobs());
    expect(requests.at(-1)!.prompt.messages.map(({role}) => role)).toEqual(['user', 'assistant', 'user']);
    expect(session.state().card.answer).toBe('And the docs.');
    await session.close();
  });

  test('a model that is changed between two tries gets a request of its own, and the log says which', async () => {
    const at = sandbox();
    const failing = at.script([{fail: {code: 'overloaded', retryable: true}}], {window: 100_000});
    const {session, program} = await openSession(at, failing, {flags: {retries: {attempts: 5, base_ms: 30}}});
    const other = at.script([{text: 'Done.'}], {window: 8_000});
    const stop = session.watch(({event}) => {
      if (event.type === 'model.failed') void session.submit({type: 'set-model', model: other}).then(stop);
    });
    await session.submit({type: 'prompt', text: 'Do it.'});
    await session.settled();
    expect(session.state().turn.rest).toEqual({why: 'done'});
    const requests = await rebuildRequests(await collect(session.history()), await program.blobs());
    expect(requests.map(({prompt}) => prompt.max_output)).toEqual([8_000, 2_000]);
    for (const {rebuilt, recorded} of requests) expect(rebuilt).toBe(recorded);
    await session.close();
  });

  test('a view that a power cut took is cut again from the original', async () => {
    const at = sandbox();
    const first = await runPrompt(at, [{calls: [shell('seq 1 20000')]}, {text: 'Done.'}]);
    const {view} = (finished(first.events, '1.1').outcome as {shown: {view: string}}).shown;
    rmSync(join(at.home, 'blobs', view.slice(0, 2), `${view}.zst`));
    const model = at.script([{text: 'unused'}, {text: 'unused'}, {expect: [{contains: '20000'}], text: 'Still there.'}]);
    const resumed = await first.program.resume(first.id, {add_dirs: [], config: null, flags: {model, mode: 'full'}, headless: true});
    await resumed.session.submit({type: 'prompt', text: 'What did it print?'});
    await resumed.session.settled();
    expect(resumed.session.state().card.answer).toBe('Still there.');
    await resumed.session.close();
  });

  test('a call that must be asked waits, and the answer decides', async () => {
    const at = sandbox();
    const model = at.script([{calls: [shell('touch one'), shell('touch two')]}, {expect: [{contains: 'not that one'}], text: 'Done.'}]);
    const {session} = await openSession(at, model, {headless: false, flags: {model, mode: 'ask'}});
    await session.submit({type: 'prompt', text: 'Do it.'});
    await session.settled();
    await session.submit({type: 'answer', call: '1.1' as never, answer: 'allow'});
    while (session.state().turn.calls.get('1.2' as never)?.at !== 'asking') await new Promise(resolve => setTimeout(resolve, 5));
    await session.submit({type: 'answer', call: '1.2' as never, answer: 'deny', says: 'not that one'});
    await session.settled();
    const {turn, changes} = session.state();
    expect(turn.rest).toEqual({why: 'done'});
    expect([existsSync(join(changes.place!.root, 'one')), existsSync(join(changes.place!.root, 'two'))]).toEqual([true, false]);
    await session.close();
  });

  test('headless, what would be asked is refused and said', async () => {
    const {events, state} = await runPrompt(sandbox(), [{calls: [shell('touch x')]}, {text: 'Done.'}], {flags: {mode: 'ask'}});
    expect(finished(events, '1.1').outcome).toMatchObject({kind: 'refused'});
    expect(state.card.unasked).toEqual(['1.1']);
  });

  test('a prompt that would fill the window is kept whole, and its excerpt stands in the request', async () => {
    const at = sandbox();
    const {session, program} = await openSession(
      at,
      at.script([{expect: [{contains: 'first line'}, {contains: 'last line'}], text: 'Done.'}]),
    );
    const text = `first line\n${'x'.repeat(99)}\n`.concat(`${'y'.repeat(99)}\n`.repeat(100_000), 'last line');
    await session.submit({type: 'prompt', text});
    await session.settled();
    expect(session.state().turn.rest).toEqual({why: 'done'});
    const prompted = (await collect(session.history())).find(({event}) => event.type === 'user.prompted')!.event as Extract<
      SessionEvent,
      {type: 'user.prompted'}
    >;
    expect(Buffer.from(await (await program.blobs()).get(prompted.whole!.blob)).toString()).toBe(text);
    await session.close();
  });
});

describe('links that the repository holds', () => {
  const linked = () => {
    const at = sandbox({'a.txt': 'needle\n', 'config/env.local': 'KEY=needle\n', 'real.env': 'needle\n'});
    writeFileSync(join(at.root, 'host'), 'of the machine\n');
    symlinkSync(join(at.root, 'host'), join(at.repo, 'host.txt'));
    symlinkSync('config/env.local', join(at.repo, '.env'));
    at.git('add', '--all');
    at.git('commit', '--quiet', '--message', 'Link');
    return at;
  };

  test('a command that reads through one that leads outside does not run in plan mode', async () => {
    const calls = [
      shell('cat a.txt'),
      shell('cat host.txt'),
      shell('cat < host.txt'),
      shell('head *.txt'),
      shell('cd config && cat env.local'),
    ];
    const {events} = await runPrompt(linked(), [{calls}, {text: 'Done.'}], {flags: {mode: 'plan'}});
    expect(['1.1', '1.2', '1.3', '1.4', '1.5'].map(call => finished(events, call).outcome.kind)).toEqual([
      'ran',
      'refused',
      'refused',
      'refused',
      'ran',
    ]);
  });

  test('a rule that denies a path denies it by each of its names, and no search shows what it keeps', async () => {
    const at = linked();
    const config = join(at.root, 'rules.toml');
    writeFileSync(config, '[rules]\ndeny = ["read .env*", "read real.env"]\n');
    const calls = [
      {tool: 'read', input: {path: '.env'}},
      {tool: 'read', input: {path: 'a.txt'}},
      {tool: 'grep', input: {pattern: 'needle', glob: '*.{env,txt}'}},
    ];
    const reply = {expect: [{contains: '1 more file matches, left out by'}], text: 'Done.'};
    const {events, state} = await runPrompt(at, [{calls}, reply], {config, flags: {mode: 'full'}});
    expect(finished(events, '1.1').outcome.kind).toBe('refused');
    expect(finished(events, '1.2').outcome.kind).toBe('done');
    expect(JSON.stringify(finished(events, '1.3').outcome)).not.toContain('real.env');
    expect(state.turn.rest).toEqual({why: 'done'});
  });
});

describe('the window', () => {
  test.each([
    ['arguments', {calls: [shell(`: ${'x'.repeat(300_000)}`)]}],
    ['text', {text: 'word '.repeat(60_000), calls: [shell('true')]}],
    ['many calls', {calls: Array.from({length: 60}, (_, index) => shell(`echo ${index} ${'word '.repeat(600)}`))}],
  ])('a reply that would fill it by its %s is shortened, and the session goes on', async (_, reply) => {
    const {state} = await runPrompt(sandbox(), [reply, {expect: [{contains: 'Do it.'}], text: 'Done.'}]);
    expect(state.turn.rest).toEqual({why: 'done'});
    expect(state.card.answer).toBe('Done.');
  });

  test('old results give way, the request never exceeds its budget, and the user’s words stay', async () => {
    const replies = Array.from({length: 40}, (_, index) => ({
      expect: [{contains: 'Do it.'}],
      calls: [shell(`for i in $(seq 1 120); do echo "step ${index} line $i of quite some length to fill the window"; done`)],
    }));
    const {records, program, state} = await runPrompt(sandbox(), [...replies, {text: 'Done.'}], {flags: {context: {window: 24_000}}});
    expect(state.turn.rest).toEqual({why: 'done'});
    const requests = await rebuildRequests(records, await program.blobs());
    const plans = records.flatMap(({event}) => (event.type === 'context.assembled' ? [event.plan] : []));
    expect(Math.max(...plans.map(({tokens}) => tokens))).toBeLessThanOrEqual(24_000);
    expect(plans.filter(({masked, removed}) => masked.length + removed.length > 0).length).toBeLessThan(12);
    for (const {prompt, rebuilt, recorded} of requests) {
      expect(rebuilt).toBe(recorded);
      expect(Math.ceil(Buffer.byteLength(JSON.stringify(prompt)) / 4)).toBeLessThanOrEqual(24_000 + 2_000);
    }
  });
});

test('what is said while the files move is said behind the rewind', async () => {
  const at = sandbox({'a.txt': 'alpha\n'});
  const replies = [
    {calls: [shell('echo beta > a.txt')]},
    {text: 'One.'},
    {calls: [shell('cat a.txt')]},
    {expect: [{contains: 'alpha'}], text: 'Two.'},
  ];
  const {session} = await openSession(at, at.script(replies));
  await session.submit({type: 'prompt', text: 'One.'});
  await session.settled();
  const seen: string[] = [];
  session.watch(({event}) => void seen.push(event.type));
  const [rewound] = await Promise.all([
    session.rewind({to: {step: 0}, what: 'both', force: false}),
    session.submit({type: 'prompt', text: 'Two.'}),
  ]);
  await session.settled();
  expect(rewound.kind).toBe('rewound');
  expect(seen.indexOf('session.rewound')).toBeLessThan(seen.indexOf('user.prompted'));
  expect(session.state().turn.rest).toEqual({why: 'done'});
  await session.close();
});
