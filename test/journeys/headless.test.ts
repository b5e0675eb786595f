import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {blobStore} from '../../src/adapters/session/blob-store.ts';
import {journey, ofType, withProvider} from '../support/journey.ts';

const shell = (command: string, more: object = {}) => ({tool: 'shell', input: {command, ...more}});
const write = (path: string, content: string) => ({tool: 'write', input: {path, content}});
const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>);

test('stream-json: every line is one of the four documented, the first names the session, the last is the result', async () => {
  const at = journey();
  const model = at.script([
    {thinking: 'Hm.', text: 'Running it.', calls: [shell('echo hello')], stream_delay_ms: 1},
    {text: 'It says hello.'},
  ]);
  const {code, stdout, stderr} = await at.run(['-p', '--model', model, '--mode', 'full', '--output', 'stream-json', 'Go.']);
  expect([code, stderr]).toEqual([0, '']);
  const all = lines(stdout);
  expect(all.every(({v}) => v === 1)).toBe(true);
  const events = all.filter(({type}) => type === 'event');
  expect(events.map(({seq}) => seq)).toEqual(events.map((_, index) => Number(events[0]?.['seq']) + index));
  expect(all.filter(({type}) => type === 'delta').map(({of, step, delta}) => [of, step, delta])).toEqual([
    ['thinking', 1, 'Hm.'],
    ['text', 1, 'Running '],
    ['text', 1, 'it.'],
    ['text', 2, 'It '],
    ['text', 2, 'says '],
    ['text', 2, 'hello.'],
  ]);
  const [session] = at.sessions();
  expect(all.at(-1)).toEqual({
    v: 1,
    type: 'result',
    session,
    exit_code: 0,
    rest: {why: 'done'},
    problem: null,
    answer: 'It says hello.',
    steps: 2,
    usage: {input: expect.any(Number), output: expect.any(Number), cached: 0},
    usd: 0,
    refused: [],
    files: [],
    left_out: [],
    applied: null,
    worktree: expect.stringContaining(session ?? ''),
  });
  expect(all[0]).toEqual({v: 1, type: 'session', session, model, mode: 'full', worktree: all.at(-1)?.['worktree']});
  for (const each of all) expect(documented(String(each['type']))).toEqual(Object.keys(each).filter(key => key !== 'v' && key !== 'type'));
});

/** The keys of one kind of line, in order, as the documentation lists them. */
function documented(type: string): readonly (string | undefined)[] {
  const text = readFileSync(join(import.meta.dirname, '../../docs/headless.md'), 'utf8');
  const section = text.split(/^#+ /m).find(part => part.startsWith(`\`${type}\``)) ?? '';
  return [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key);
}

test('the prompt is the words and what is piped; with neither it is wrong usage', async () => {
  const at = await withProvider();
  at.provider.script({text: 'Yes.'});
  expect(await at.run([...at.args(), 'Is this right?'], {stdin: 'two and two is four\n'})).toMatchObject({code: 0, stdout: 'Yes.\n'});
  expect(JSON.stringify(at.provider.requests[0]?.body)).toContain('Is this right?\\n\\ntwo and two is four');
  const none = await at.run(at.args());
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('agent -p "fix the failing test"');
  expect(at.sessions()).toHaveLength(1);
});

test('a prompt of 10 MB is kept whole as a blob, and its excerpt stands in the request', async () => {
  const at = await withProvider();
  at.provider.script({calls: [{name: 'read_output', arguments: {output: 'prompt', search: 'row 123456 '}}]}, {text: 'Found.'});
  const prompt = Array.from({length: 400_000}, (_, row) => `row ${row} of the log\n`)
    .join('')
    .padEnd(10_000_000, 'x');
  const {code, stdout, stderr} = await at.run(at.args(), {stdin: prompt});
  expect([code, stdout], stderr).toEqual([0, 'Found.\n']);
  const [{whole} = {}] = ofType(at.events(), 'user.prompted');
  expect(whole?.total.bytes).toBe(10_000_000);
  const kept = await blobStore(join(at.home, 'blobs')).get(whole?.blob ?? ('' as never));
  expect(Buffer.from(kept).equals(Buffer.from(prompt))).toBe(true);
  const [first, second] = at.provider.requests.map(({body}) => JSON.stringify(body));
  expect(first?.length).toBeLessThan(60_000);
  expect(first).toContain('row 0 of the log');
  expect(second).toContain('row 123456 of the log');
});

const schema = {type: 'object', properties: {count: {type: 'integer'}}, required: ['count'], additionalProperties: false};

test.each([
  ['good at once', ['{"count": 3}'], 0, '{"count":3}\n', ''],
  ['in a fence', ['```json\n{"count": 3}\n```'], 0, '{"count":3}\n', ''],
  ['repaired', ['There are three.', '{"count": "three"}', '{"count": 3}'], 0, '{"count":3}\n', ''],
  ['never good', ['three', '{"count": 1.5}', '{"n": 3}'], 1, '{"n": 3}\n', 'count'],
])('--json-schema, %s', async (_, answers, code, stdout, says) => {
  const at = journey();
  const file = join(at.root, 'schema.json');
  writeFileSync(file, JSON.stringify(schema));
  const ended = await at.run(['-p', '--model', at.script(answers.map(text => ({text}))), '--json-schema', file, 'How many?']);
  expect([ended.code, ended.stdout], ended.stderr).toEqual([code, stdout]);
  expect(ended.stderr).toContain(says);
});

test.each([
  ['nothing', null, 'no such file'],
  ['no JSON', '{', 'JSON'],
  ['a list', '[]', 'an object'],
  ['no schema', '{"type": "whatever"}', 'cannot be used'],
])('--json-schema with a file that holds %s: wrong usage, and no session was opened', async (_, text, says) => {
  const at = journey();
  const file = join(at.root, 'schema.json');
  if (text !== null) writeFileSync(file, text);
  const {code, stderr} = await at.run(['-p', '--model', at.script([{text: 'x'}]), '--json-schema', file, 'Go.']);
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  expect(at.sessions()).toEqual([]);
});

test.each([
  [['--max-steps', '2'], 'steps', 2],
  [['--max-tokens', '100'], 'tokens', 1],
  [['--timeout', '600ms'], 'time', null],
])('a limit (%j) ends the run with exit code 5, and a resumed session has it anew', async (limit, which, steps) => {
  const at = journey();
  const model = at.script([{text: 'Again.', calls: [shell(which === 'time' ? 'sleep 20' : 'true')]}], {repeat_last: true});
  const {code, stdout, stderr} = await at.run(['-p', '--model', model, '--mode', 'full', ...limit, '--output', 'json', 'Go.']);
  expect(code, stderr).toBe(5);
  expect(JSON.parse(stdout)).toMatchObject({exit_code: 5, rest: {why: 'limit', which}, ...(steps === null ? {} : {steps})});
  const again = await at.run(['resume', '--last', '-p', 'On.', '--mode', 'full', ...limit, '--output', 'json']);
  expect(JSON.parse(again.stdout)).toMatchObject({
    exit_code: 5,
    rest: {why: 'limit', which},
    ...(steps === null ? {} : {steps: steps * 2}),
  });
});

test('--max-usd with a model of unknown price refuses to start: exit code 3, nothing was sent', async () => {
  const at = await withProvider();
  const {code, stderr} = await at.run([...at.args(), '--max-usd', '1', 'Go.']);
  expect(code).toBe(3);
  expect(stderr).toMatch(/price of openai\/test-model is not known[\s\S]*--max-tokens/);
  expect([at.provider.requests.length, at.sessions()]).toEqual([0, []]);
});

test('--max-usd with a known price counts it', async () => {
  const at = await withProvider();
  const reply = {calls: [{name: 'shell', arguments: {command: 'true'}}], usage: {input: 1_000_000, output: 0}};
  at.provider.script(reply, reply, reply);
  writeFileSync(join(at.root, 'prices.toml'), '[prices."openai/test-model"]\ninput = 1.0\noutput = 2.0\n');
  const {code, stdout} = await at.run([
    ...at.args(),
    '--config',
    join(at.root, 'prices.toml'),
    '--max-usd',
    '1.5',
    '--output',
    'json',
    'Go.',
  ]);
  expect([code, JSON.parse(stdout)]).toMatchObject([5, {usd: 2, steps: 2, rest: {which: 'usd'}}]);
});

test('--apply brings the changes into the checkout, also where --config and -C name other places', async () => {
  const at = journey();
  writeFileSync(join(at.root, 'more.toml'), `model = "${at.script([{calls: [write('new.txt', 'new\n')]}, {text: 'Made it.'}])}"\n`);
  const {code, stdout, stderr} = await at.run(
    ['-p', '--mode', 'accept-edits', '--apply', '-C', 'project', '--config', '../more.toml', 'Go.'],
    {cwd: at.root},
  );
  expect([code, stdout], stderr).toEqual([0, 'Made it.\n']);
  expect(readFileSync(join(at.repo, 'new.txt'), 'utf8')).toBe('new\n');
  expect(at.git('status', '--porcelain')).toBe('?? new.txt\n');
});

test('--apply that meets a conflict: the answer is given, nothing is written, exit code 1', async () => {
  const at = journey({'a.txt': 'one\n'});
  const edit = {tool: 'edit', input: {path: 'a.txt', old: 'one', new: 'two'}};
  const aside = shell(`echo three > ${join(at.repo, 'a.txt')}`);
  const model = at.script([{calls: [{tool: 'read', input: {path: 'a.txt'}}, edit, aside]}, {text: 'Edited.'}]);
  const {code, stdout} = await at.run(['-p', '--model', model, '--mode', 'full', '--apply', '--output', 'json', 'Go.']);
  const [session] = at.sessions();
  expect([code, JSON.parse(stdout)]).toMatchObject([
    1,
    {exit_code: 1, answer: 'Edited.', applied: 'conflict', problem: expect.stringContaining(`agent apply ${session}`)},
  ]);
  expect(readFileSync(join(at.repo, 'a.txt'), 'utf8')).toBe('three\n');
});

test('a provider that only the file of --config names', async () => {
  const at = await withProvider();
  at.provider.script({text: 'Here.'});
  writeFileSync(join(at.root, 'more.toml'), `[providers.mine]\nprotocol = "chat"\nurl = "${at.provider.url}/v1"\nkey_env = "OWN_KEY"\n`);
  const {code, stdout, stderr} = await at.run(['-p', '--config', join(at.root, 'more.toml'), '-m', 'mine/test-model', 'Go.']);
  expect([code, stdout], stderr).toEqual([0, 'Here.\n']);
});

test('--in-place works in the checkout itself, --add-dir grants a folder beside it', async () => {
  const at = journey();
  const beside = join(at.root, 'beside');
  mkdirSync(beside);
  const model = at.script([
    {calls: [write('here.txt', 'here\n'), write(join(beside, 'there.txt'), 'there\n'), write(join(at.root, 'nowhere.txt'), 'no\n')]},
    {expect: [{contains: 'outside'}], text: 'Done.'},
  ]);
  const {code, stderr} = await at.run(['-p', '--model', model, '--mode', 'accept-edits', '--in-place', '--add-dir', beside, 'Go.']);
  expect(code, stderr).toBe(0);
  expect([readFileSync(join(at.repo, 'here.txt'), 'utf8'), readFileSync(join(beside, 'there.txt'), 'utf8')]).toEqual(['here\n', 'there\n']);
  expect(at.git('worktree', 'list').trim().split('\n')).toHaveLength(1);
});

test('what would have to be asked is refused, the run goes on, and ends with exit code 4', async () => {
  const at = journey();
  const model = at.script([
    {calls: [shell('touch made-by-shell'), {tool: 'read', input: {path: 'readme.md'}}]},
    {expect: [{contains: 'nobody can be asked'}, {contains: '# A project'}], text: 'I could not.'},
  ]);
  const {code, stdout, stderr} = await at.run(['-p', '--model', model, 'Go.']);
  expect([code, stdout]).toEqual([4, 'I could not.\n']);
  expect(stderr).toMatch(/1 call needed approval and was refused \(1\.1\).*--mode full/);
  expect(ofType(at.events(), 'tool.started').map(({call}) => call)).toEqual(['1.2']);
});
