import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openModel} from '../../../src/adapters/models/open.ts';
import {parseScript} from '../../../src/adapters/models/script.ts';
import {scripted} from '../../../src/adapters/models/scripted.ts';
import type {Message} from '../../../src/ports/model.ts';
import {ask, call, plain, PROMPT} from '../../contracts/model.ts';
import {turn} from './talk.ts';

const MESSAGES: Message[] = [
  {role: 'user', text: 'Mend it.'},
  ...turn([call('1.1', 'shell', {command: 'test'})], () => ({text: 'dropped 12 lines, sha256 aaa1\nnow sha256 bbb2'})),
];
const REQUEST = {...PROMPT, step: 2, messages: MESSAGES};

async function says(reply: object): Promise<unknown> {
  const parsed = parseScript({replies: [{text: 'one'}, reply]});
  if ('failure' in parsed) return parsed.failure.message;
  const answer = (await ask(scripted(parsed.script), REQUEST)).reply;
  return answer.kind === 'failed' ? `${answer.failure.code}: ${answer.failure.message}` : plain(answer);
}

describe('expectations', () => {
  test.each([
    [{contains: 'Mend it.'}],
    [{contains: 'sha256 bbb2'}],
    [{lacks: 'nothing of this'}],
    [{matches: 'dropped \\d+ lines'}],
    [{last_result_contains: 'aaa1'}],
    [{tool: 'shell'}],
  ])('met: %o', async expectation => {
    expect(await says({expect: [expectation], text: 'two'})).toEqual([{type: 'text', text: 'two'}]);
  });

  test.each([
    [{contains: 'absent'}, /the request should contain "absent"; it ends in ".*bbb2"/],
    [{lacks: 'Mend'}, /should lack "Mend"; it has ".*Mend it/],
    [{matches: 'x{5}'}, /should match \/x\{5\}\//],
    [{last_result_contains: 'Mend'}, /the last results should contain "Mend"/],
    [{tool: 'grep'}, /should offer the tool grep; it offers shell/],
  ])('not met: %o', async (expectation, said) => {
    const problem = await says({expect: [{tool: 'shell'}, expectation], text: 'two'});
    expect(problem).toMatch(/^script-mismatch: Reply 2 of the script: expectation 2: /);
    expect(problem).toMatch(said);
  });
});

test('values out of the request: the first group of the newest match', async () => {
  const calls = [{tool: 'read_output', input: {sha256: '{{match:sha256 (\\w+)}}', note: 'of {{match:dropped (\\d+)}} lines', n: 3}}];
  expect(await says({calls})).toEqual([call('2.1', 'read_output', {sha256: 'bbb2', note: 'of 12 lines', n: 3})]);
  expect(await says({calls: [{tool: 'x', input: {a: '{{match:never}}'}}]})).toMatch(/^script-mismatch: .*matches \/never\//);
});

test('input as text is what a careless model writes', async () => {
  expect(await says({calls: [{tool: 'shell', input: '{"command": '}]})).toMatchObject([{input: null, malformed: '{"command": '}]);
});

test('the end of the script is loud, unless the last reply repeats', async () => {
  const late = {...REQUEST, step: 7};
  expect((await ask(scripted({replies: [{text: 'x'}]}), late)).reply).toMatchObject({failure: {code: 'script-mismatch', retryable: false}});
  expect((await ask(scripted({replies: [{text: 'x'}], repeat_last: true}), late)).reply).toMatchObject({kind: 'replied'});
});

test('a failure comes as often as it says, then the reply', async () => {
  const model = scripted({replies: [{text: 'in the end', fail: {code: 'rate-limited', retryable: true, retry_after_ms: 5, times: 2}}]});
  const first = {...PROMPT, step: 1};
  const kinds = [];
  for (let k = 0; k < 3; k++) kinds.push((await ask(model, first)).reply);
  expect(kinds).toMatchObject([
    {failure: {code: 'rate-limited', retryable: true, retry_after_ms: 5}},
    {failure: {code: 'rate-limited'}},
    {kind: 'replied'},
  ]);
});

test('an interrupt ends a delay and a slow stream', async () => {
  for (const slow of [{delay_ms: 60_000}, {stream_delay_ms: 60_000}]) {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 10);
    const {reply} = await ask(scripted({replies: [{text: 'a b c', ...slow}]}), {...PROMPT, step: 1}, abort.signal);
    expect(reply).toMatchObject({failure: {code: 'interrupted'}});
  }
});

test.each([
  [{}, /at the top|replies/],
  [{replies: []}, /^The script does not fit: replies: /],
  [{replies: [{txt: 'typo'}]}, /replies\[0\].*txt/],
  [{replies: [{expect: [{matches: '('}]}]}, /replies\[0\]\.expect\[0\]/],
  ['text', /at the top/],
])('a script that does not fit: %o', (json, said) => {
  expect(parseScript(json)).toMatchObject({failure: {code: 'bad-script', message: expect.stringMatching(said) as string}});
});

test('a script file is opened by name, and every mistake names the file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'script-'));
  try {
    const file = join(folder, 'demo.json');
    await writeFile(file, JSON.stringify({replies: [{text: 'hello'}]}));
    const model = await openModel(`scripted:${file}`, {env: {}});
    expect(model).toMatchObject({name: `scripted:${file}`});
    await writeFile(file, '{"replies": [');
    expect(await openModel(`scripted:${file}`, {env: {}})).toMatchObject({
      failure: {code: 'bad-script', message: expect.stringContaining(file) as string},
    });
    expect(await openModel(`scripted:${file}.no`, {env: {}})).toMatchObject({
      failure: {code: 'bad-script', message: expect.stringContaining('ENOENT') as string},
    });
  } finally {
    await rm(folder, {recursive: true});
  }
});
