import {expect, test} from 'vitest';
import {key, ofType, withProvider} from '../support/journey.ts';
import type {Protocol, ServerReply} from '../support/provider-server.ts';

const protocols: readonly Protocol[] = ['chat', 'responses', 'anthropic'];
const echo = (word: string) => ({name: 'shell', arguments: {command: `echo ${word}`}});
const done: ServerReply = {text: 'Done.'};

/** Every fault that is worth another try, one after the other, in the midst of a task. */
const faults: readonly ServerReply[] = [
  {status: 429, headers: {'retry-after': '1'}, error: {type: 'rate_limit_error', message: 'slow down'}},
  {status: 500},
  {status: 529, error: {type: 'overloaded_error', message: 'Overloaded'}},
  {thinking: 'I think and th', text: 'cut in the middle of a text', calls: [echo('never')], cut_after: 400},
];

test.each(protocols)(
  'a task over %s goes on through rate limits, errors, overload and a cut stream; each try is on the log',
  async protocol => {
    const at = await withProvider();
    at.provider.script({calls: [echo('one')]}, ...faults, {calls: [echo('two')]}, done);
    const started = Date.now();
    const {code, stdout, stderr} = await at.run([...at.args(protocol), 'Go.']);
    expect([code, stdout], stderr).toEqual([0, 'Done.\n']);
    expect(at.provider.requests.filter(({refused}) => refused !== null)).toEqual([]);
    const failed = ofType(at.events(), 'model.failed').map(({step, attempt, error, retry_in_ms}) => ({
      step,
      attempt,
      code: error.code,
      waits: retry_in_ms !== null,
    }));
    const codes = ['rate-limited', 'server', 'overloaded', 'stream-cut'];
    expect(failed).toEqual(codes.map((each, tried) => ({step: 2, attempt: tried + 1, code: each, waits: true})));
    expect(ofType(at.events(), 'model.failed')[0]?.retry_in_ms).toBeGreaterThanOrEqual(1_000);
    expect(Date.now() - started).toBeGreaterThanOrEqual(1_000);
    expect(ofType(at.events(), 'tool.started').map(({call}) => call)).toEqual(['1.1', '2.1']);
    expect(stderr).toMatch(/429.*trying again in 1\.0 s/);
  },
);

test.each(protocols)('a stream over %s that is cut anywhere inside a call never runs half a call', async protocol => {
  const at = await withProvider();
  const call = {calls: [{name: 'write', arguments: {path: 'a.txt', content: 'whole\n'}}]};
  at.provider.script({...call, cut_after: 500}, {...call, cut_after: 620}, {...call, end_after: 560}, call, done);
  const {code, stderr} = await at.run([...at.args(protocol), 'Write.']);
  expect(code, stderr).toBe(0);
  expect(ofType(at.events(), 'model.failed').map(({error}) => error.code)).toEqual(['stream-cut', 'stream-cut', 'stream-cut']);
  expect(ofType(at.events(), 'tool.started')).toHaveLength(1);
});

test('tries are bounded: a server that stays overloaded ends the run with exit code 1, and the session can be gone on with', async () => {
  const at = await withProvider();
  at.provider.script(...Array.from({length: 5}, (): ServerReply => ({status: 529})));
  const {code, stdout, stderr} = await at.run([...at.args(), 'Go.']);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/529[\s\S]*agent resume \w+/);
  expect(ofType(at.events(), 'model.failed').map(({retry_in_ms}) => retry_in_ms === null)).toEqual([false, false, false, false, true]);
  at.provider.script(done);
  expect(await at.run(['resume', '--last', '-p'])).toMatchObject({code: 0, stdout: 'Done.\n'});
  expect(await at.run(['resume', '--last', '-p'])).toMatchObject({code: 2, stderr: expect.stringContaining('owes nothing')});
});

test.each(protocols)(
  'careless replies over %s: malformed arguments, an unknown tool, ids that come twice; the model is told and goes on',
  async protocol => {
    const at = await withProvider();
    at.provider.script(
      {
        calls: [
          {name: 'shell', arguments: '{"command": "echo h'},
          {name: 'no_such_tool', arguments: {}},
          {name: 'read', arguments: {path: 7}},
        ],
      },
      {calls: [{...echo('first'), id: 'same'}]},
      {
        calls: [
          {...echo('second'), id: 'same'},
          {...echo('third'), id: 'other'},
        ],
      },
      done,
    );
    const {code, stderr} = await at.run([...at.args(protocol), 'Go.']);
    expect(at.provider.requests.map(({refused}) => refused)).toEqual([null, null, null, null]);
    expect(code, stderr).toBe(0);
    const told = JSON.stringify(at.provider.requests[1]?.body);
    expect(told).toContain('not a JSON object');
    expect(told).toContain('There is no tool named');
    expect(told).toMatch(/path: .*string/);
    const last = JSON.stringify(at.provider.requests[3]?.body);
    for (const word of ['first', 'second', 'third']) expect(last).toContain(`${word}\\n[exit 0]`);
  },
);

test('a local server that sends no ids, no indexes and whole calls', async () => {
  const at = await withProvider();
  at.provider.script(
    {
      calls: [
        {...echo('a'), id: null, index: null, whole: true},
        {...echo('b'), id: null, index: null, whole: true},
      ],
      usage: null,
    },
    {...done, usage: null},
  );
  const {code, stderr} = await at.run([...at.args(), 'Go.']);
  expect(code, stderr).toBe(0);
  expect(ofType(at.events(), 'tool.started').map(({call}) => call)).toEqual(['1.1', '1.2']);
});

test.each(protocols)('an empty reply over %s is tried again', async protocol => {
  const at = await withProvider();
  at.provider.script({calls: [echo('a')]}, {}, done);
  const {code, stdout, stderr} = await at.run([...at.args(protocol), 'Go.']);
  expect([code, stdout], stderr).toEqual([0, 'Done.\n']);
});

test.each(protocols)('a wrong key over %s: exit code 3, and the key appears nowhere', async protocol => {
  const at = await withProvider();
  const wrong = 'sk-wrong-key-1234567890';
  const env = {OPENAI_API_KEY: wrong, ANTHROPIC_API_KEY: wrong, OWN_KEY: wrong};
  const {code, stdout, stderr} = await at.run([...at.args(protocol), 'Go.'], {env});
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/401: Incorrect API key provided.*Check the API key/);
  expect(stderr + JSON.stringify(at.events())).not.toContain(wrong);
  expect(stderr + JSON.stringify(at.events())).not.toContain(key);
  expect(at.provider.requests).toHaveLength(1);
});

test('a model that the server does not have: exit code 3', async () => {
  const at = await withProvider({models: ['another-model']});
  const {code, stderr} = await at.run(['-p', '--model', 'openai/gpt-5-minii', 'Go.']);
  expect(code).toBe(3);
  expect(stderr).toMatch(/gpt-5-minii.*does not exist/);
  expect(stderr).toMatch(/Did you mean openai\/gpt-5-mini/);
});

test.each(protocols)('a request that %s finds too large is made smaller and sent again', async protocol => {
  const at = await withProvider();
  const overflow: ServerReply = {
    status: 400,
    error: {
      type: 'invalid_request_error',
      code: 'context_length_exceeded',
      message: "This model's maximum context length is 8000 tokens; prompt is too long",
    },
  };
  const flood = {
    name: 'shell',
    arguments: {
      command: `awk 'BEGIN {for (i = 0; i < 900; i++) {n = i * 7919; for (s = ""; length(s) < 60; n = int(n / 3) + 17 * length(s)) s = s sprintf("%c", 97 + n % 26); print s}}'`,
    },
  };
  at.provider.script({calls: [flood]}, {calls: [flood]}, {calls: [flood]}, {calls: [flood]}, overflow, done);
  at.configure(
    `[context]\nwindow = 14000\n[output]\ntokens = 1500\n[providers.own]\nprotocol = "responses"\nurl = "${at.provider.url}/v1"\nkey_env = "OWN_KEY"\n`,
  );
  const {code, stdout, stderr} = await at.run([...at.args(protocol), 'Go.']);
  expect([code, stdout], stderr).toEqual([0, 'Done.\n']);
  const sizes = at.provider.requests.map(({body}) => JSON.stringify(body).length);
  expect(sizes[5]).toBeLessThan(sizes[4] ?? 0);
  expect(ofType(at.events(), 'model.failed').map(({error}) => error.code)).toEqual(['context-overflow']);
});

test('a provider that asks to wait for hours is not waited for', async () => {
  const at = await withProvider();
  at.provider.script({status: 429, headers: {'retry-after': '7200'}});
  const {code, stderr} = await at.run([...at.args(), 'Go.']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/429.*asks to wait 120 minutes.*agent resume/);
});

test('a window that is too small for what must stand in it: told so, and a larger one goes on', async () => {
  const at = await withProvider();
  const words = 'word '.repeat(700);
  at.configure('[context]\nwindow = 4000\n');
  at.provider.script({text: 'One.'});
  expect((await at.run([...at.args(), words])).code).toBe(0);
  const full = await at.run(['resume', '--last', '-p', words]);
  const fuller = full.code === 0 ? full : await at.run(['resume', '--last', '-p', words]);
  expect(fuller).toMatchObject({code: 1, stderr: expect.stringMatching(/does not fit[\s\S]*context\.window/)});
  at.configure('[context]\nwindow = 40000\n');
  at.provider.script({text: 'All of it.'});
  expect(await at.run(['resume', '--last', '-p', 'And now?'])).toMatchObject({code: 0, stdout: 'All of it.\n'});
});

test('a server that is not there: named with its URL, tried again, exit code 1', async () => {
  const at = await withProvider();
  await at.provider.close();
  const {code, stderr} = await at.run([...at.args(), 'Go.']);
  expect(code).toBe(1);
  expect(stderr).toContain(at.provider.url.replace('http://', ''));
  expect(stderr).toMatch(/ECONNREFUSED[\s\S]*running\?/);
});
