import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {journey, ofType} from '../support/journey.ts';

const marking = (marks: string, count: number) => [
  ...Array.from({length: count}, (_, step) => ({calls: [{tool: 'shell', input: {command: `echo ${step + 1} >> ${marks}`}}]})),
  {text: 'All done.'},
];
const marked = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);

/** A run on a disk that is full when a file has `size` KiB; then a resumed one with room. What the first could record. */
async function fullAt(size: number, prompt: string): Promise<readonly string[]> {
  const at = journey();
  const marks = join(at.root, 'marks');
  const model = at.script(marking(marks, 4));
  const {code, stderr} = await at.run(['-p', '--mode', 'full', '--model', model, prompt], {after: `ulimit -f ${size}`});
  expect([code, stderr]).toEqual([1, expect.stringMatching(/cannot be written|could not be made/)]);
  expect(stderr).not.toMatch(/not expected|\n {4}at /);
  const recorded = at.events().map(({type}) => type);
  const done = marked(marks).map(step => `${step}.1`);
  expect(
    ofType(at.events(), 'tool.started')
      .map(({call}) => call)
      .slice(0, done.length),
  ).toEqual(done);
  if (recorded.length === 0) return recorded;
  const wasPrompted = ofType(at.events(), 'user.prompted').length > 0;
  const resumed = await at.run(['resume', '--last', '-p', '--mode', 'full', ...(wasPrompted ? [] : [prompt])]);
  expect([resumed.code, resumed.stdout], resumed.stderr).toEqual([0, 'All done.\n']);
  expect(new Set(marked(marks)).size).toBe(marked(marks).length);
  return recorded;
}

test.each([0, 2])('a disk that is full from the beginning (%d KiB): a clear error, and nothing is lost', async size => {
  await fullAt(size, 'Go.');
});

// The prompt is padded so that the limit falls into the middle of one record of the first step after the other.
test('a disk that fills up at any record: the log refuses before the side effect, and a resume ends the work with nothing done twice', async () => {
  const at = journey();
  await at.run(['-p', '--mode', 'full', '--model', at.script(marking(join(at.root, 'marks'), 4)), 'Go.']);
  const lines = readFileSync(join(at.home, 'sessions', at.sessions()[0] ?? '', 'log.jsonl'), 'utf8').split(/(?<=\n)/);
  const types = at.events().map(({type}) => type);
  const size = 8;
  for (let record = types.indexOf('context.assembled'); record <= types.indexOf('tool.finished'); record++) {
    const middle = Buffer.byteLength(lines.slice(0, record).join('')) + Math.floor(Buffer.byteLength(lines[record] ?? '') / 2);
    const recorded = await fullAt(size, `Go.${'.'.repeat(size * 1_024 - middle)}`);
    if (types[record] === 'tool.started') expect(recorded).not.toContain('tool.started');
  }
});

test.each([
  ['below a regular file', (root: string) => join(root, 'file', 'home')],
  ['where nothing can be made', () => (process.platform === 'darwin' ? '/System/agent-home' : '/sys/agent-home')],
])('an AGENT_HOME %s: a clear error that names it, and the repository is as it was', async (_, where) => {
  const at = journey();
  writeFileSync(join(at.root, 'file'), '');
  const before = at.git('worktree', 'list', '--porcelain');
  const home = where(at.root);
  const {code, stdout, stderr} = await at.run(['-p', '--model', at.script([{text: 'x'}]), 'Go.'], {env: {AGENT_HOME: home}});
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(home);
  expect(stderr).not.toContain('not expected');
  expect(at.git('worktree', 'list', '--porcelain')).toBe(before);
});

test('an apply that the disk refuses changes nothing in the checkout, and works when there is room again', async () => {
  const at = journey({'a.txt': 'old\n'});
  const write = (path: string) => ({tool: 'write', input: {path, content: 'new\n'}});
  const model = at.script([{calls: [{tool: 'read', input: {path: 'a.txt'}}, write('a.txt'), write('b/c.txt')]}, {text: 'Made.'}]);
  expect((await at.run(['-p', '--mode', 'full', '--model', model, 'Go.'])).code).toBe(0);
  const {code, stderr} = await at.run(['apply', '--last'], {after: 'ulimit -f 0'});
  expect(code, stderr).toBe(1);
  expect(stderr).not.toMatch(/not expected/);
  expect([readFileSync(join(at.repo, 'a.txt'), 'utf8'), existsSync(join(at.repo, 'b'))]).toEqual(['old\n', false]);
  expect((await at.run(['apply', '--last'])).code).toBe(0);
  expect([readFileSync(join(at.repo, 'a.txt'), 'utf8'), readFileSync(join(at.repo, 'b/c.txt'), 'utf8')]).toEqual(['new\n', 'new\n']);
});

test('a folder in the place of a file of AGENT_HOME: a clear error', async () => {
  const at = journey();
  mkdirSync(join(at.home, 'log.jsonl'), {recursive: true});
  const {code, stderr} = await at.run(['-p', '--model', at.script([{text: 'x'}]), 'Go.']);
  expect([code, stderr]).toEqual([1, expect.stringContaining(join(at.home, 'log.jsonl'))]);
  expect(stderr).not.toContain('not expected');
});
