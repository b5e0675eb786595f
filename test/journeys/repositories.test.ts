import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {journey, ofType, withProvider, type Journey} from '../support/journey.ts';
import {writeFiles} from '../support/sandbox.ts';

const write = {tool: 'write', input: {path: 'new.txt', content: 'new\n'}};
const shell = (command: string) => ({tool: 'shell', input: {command}});
const making = (at: Journey) => ['-p', '--mode', 'full', '--model', at.script([{calls: [write]}, {text: 'Made.'}]), 'Go.'];

test.each<[string, (at: Journey) => string, string[], string[]]>([
  ['no repository', at => folder(at, 'plain'), ['not in a git repository', 'git init', '--in-place'], ['--in-place']],
  ['a repository without commits', at => initialised(at), ['without commits', '--allow-empty', '--in-place'], ['--in-place']],
])('%s: a clear message and exit code 2; with --in-place it works', async (_, make, says, flags) => {
  const at = journey();
  const cwd = make(at);
  const {code, stdout, stderr} = await at.run(making(at), {cwd});
  expect([code, stdout]).toEqual([2, '']);
  for (const part of [cwd, ...says]) expect(stderr).toContain(part);
  expect(at.sessions()).toEqual([]);
  expect(await at.run([...making(at), ...flags], {cwd})).toMatchObject({code: 0, stdout: 'Made.\n'});
  expect(readFileSync(join(cwd, 'new.txt'), 'utf8')).toBe('new\n');
});

test('a bare repository: a clear message, exit code 2', async () => {
  const at = journey();
  const bare = folder(at, 'bare.git');
  at.git('clone', '--quiet', '--bare', '.', bare);
  const {code, stderr} = await at.run(making(at), {cwd: bare});
  expect([code, stderr]).toEqual([2, expect.stringMatching(/bare git repository[\s\S]*git clone/)]);
});

test('a detached head, uncommitted and untracked work, and a subfolder: the session stands on all of it', async () => {
  const at = journey({'a.txt': 'one\n', 'sub/b.txt': 'b\n'});
  at.git('checkout', '--quiet', '--detach');
  writeFiles(at.repo, {'a.txt': 'uncommitted\n', 'untracked.txt': 'untracked\n'});
  const model = at.script([
    {calls: [shell('pwd; cat ../a.txt ../untracked.txt b.txt')]},
    {expect: [{matches: '/sub\\n'}, {contains: 'uncommitted\nuntracked\nb'}], text: 'Seen.'},
  ]);
  const {code, stdout, stderr} = await at.run(['-p', '--mode', 'full', '--model', model, 'Look.'], {cwd: join(at.repo, 'sub')});
  expect([code, stdout], stderr).toEqual([0, 'Seen.\n']);
  expect(at.git('status', '--porcelain')).toBe(' M a.txt\n?? untracked.txt\n');
});

test('submodules: their files are there, and the run says how they are treated', async () => {
  const at = journey();
  const other = folder(at, 'other');
  const git = (...args: string[]) => execFileSync('git', args, {cwd: other, env: at.env});
  git('init', '--quiet');
  writeFileSync(join(other, 'inner.txt'), 'inner\n');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'inner');
  at.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other, 'lib');
  at.git('commit', '--quiet', '-m', 'with a submodule');
  const model = at.script([{calls: [shell('cat lib/inner.txt')]}, {expect: [{contains: 'inner\n'}], text: 'There.'}]);
  const {code, stderr} = await at.run(['-p', '--mode', 'full', '--model', model, 'Go.']);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('submodules (lib)');
});

test('hooks of the repository never run, neither in the worktree nor at an apply', async () => {
  const at = journey();
  const mark = join(at.root, 'hook-ran');
  for (const hook of ['post-checkout', 'pre-commit', 'post-commit', 'post-index-change', 'reference-transaction', 'fsmonitor']) {
    const file = join(at.repo, '.git', 'hooks', hook);
    mkdirSync(join(at.repo, '.git', 'hooks'), {recursive: true});
    writeFileSync(file, `#!/bin/sh\necho ${hook} >> ${mark}\n`);
    chmodSync(file, 0o755);
  }
  at.git('config', 'core.fsmonitor', join(at.repo, '.git', 'hooks', 'fsmonitor'));
  at.git('config', 'filter.evil.smudge', `sh -c 'echo smudge >> ${mark}; cat'`);
  at.git('config', 'filter.evil.clean', `sh -c 'echo clean >> ${mark}; cat'`);
  writeFileSync(join(at.repo, '.gitattributes'), '*.txt text\n');
  const {code, stderr} = await at.run([...making(at), '--apply']);
  expect(code, stderr).toBe(0);
  expect((await at.run(['discard', '--last', '--yes'])).code).toBe(0);
  expect(existsSync(mark) ? readFileSync(mark, 'utf8') : '').toBe('');
});

test('GIT_DIR and its kin in the environment lead nowhere else', async () => {
  const at = journey();
  const other = folder(at, 'elsewhere');
  execFileSync('git', ['init', '--quiet', other], {env: at.env});
  const env = {GIT_DIR: join(other, '.git'), GIT_WORK_TREE: other, GIT_INDEX_FILE: join(other, 'index')};
  const model = at.script([
    {calls: [write, shell('git rev-parse --git-dir')]},
    {expect: [{contains: '/project/.git/worktrees/'}], text: 'Made.'},
  ]);
  const {code, stderr} = await at.run(['-p', '--mode', 'full', '--model', model, '--apply', 'Go.'], {env});
  expect(code, stderr).toBe(0);
  expect([existsSync(join(at.repo, 'new.txt')), existsSync(join(other, 'new.txt')), existsSync(join(other, 'index'))]).toEqual([
    true,
    false,
    false,
  ]);
});

test('files that are not text, and paths that climb out, are safe refusals that the model is told of', async () => {
  const at = await withProvider({}, {'nul.txt': 'a\0b\n'});
  writeFileSync(join(at.root, 'outside.txt'), 'kept outside\n');
  symlinkSync(join(at.root, 'outside.txt'), join(at.repo, 'link.txt'));
  const read = (path: string) => ({name: 'read', arguments: {path}});
  const calls = [
    read('nul.txt'),
    read('../../../../outside.txt'),
    read(join(at.root, 'outside.txt')),
    read('link.txt'),
    read('/proc/self/environ'),
    read('bad\0name'),
    {name: 'write', arguments: {path: 'link.txt', content: 'gone\n'}},
    {name: 'write', arguments: {path: '.git/hooks/post-commit', content: 'x\n'}},
    {name: 'shell', arguments: {command: 'cat nul.txt'}},
    {name: 'apply_patch', arguments: {patch: '*** Begin Patch\n*** Add File: ../climbed.txt\n+x\n*** End Patch'}},
  ];
  at.provider.script({calls}, {text: 'Refused.'});
  const {code, stderr} = await at.run([...at.args(), 'Go.']);
  expect(code, stderr).toBe(0);
  expect(at.provider.requests.map(({refused}) => refused)).toEqual([null, null]);
  expect(JSON.stringify(at.provider.requests[1]?.body)).not.toContain('kept outside');
  expect(readFileSync(join(at.root, 'outside.txt'), 'utf8')).toBe('kept outside\n');
  const outcomes = ofType(at.events(), 'tool.finished').map(({call, outcome}) => [
    call,
    outcome.kind === 'failed' ? outcome.error.code : outcome.kind,
  ]);
  const outside = Object.fromEntries(['1.2', '1.3', '1.4', '1.5', '1.7'].map(call => [call, 'outside']));
  const others = {'1.1': 'done', '1.6': 'bad-path', '1.8': 'not-a-folder', '1.9': 'ran', '1.10': 'bad-patch'};
  expect(Object.fromEntries(outcomes)).toEqual({...outside, ...others});
});

function folder(at: Journey, name: string): string {
  const path = join(at.root, name);
  mkdirSync(path);
  return path;
}

function initialised(at: Journey): string {
  const path = folder(at, 'empty');
  execFileSync('git', ['init', '--quiet', path], {env: at.env});
  return path;
}
