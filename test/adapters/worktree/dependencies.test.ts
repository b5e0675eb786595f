import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {gitWorktrees} from '../../../src/adapters/worktree/git-worktrees.ts';
import type {Worktrees} from '../../../src/ports/worktree.ts';
import {bytesOf, gitFolderOf, makeRepository, put, remove, temporaryFolder} from '../../support/git-repository.ts';
import {WorktreeSession} from '../../support/worktree-session.ts';

let folder: string;
let repo: string;
let worktrees: Worktrees;
beforeEach(() => {
  folder = temporaryFolder();
  repo = join(folder, 'repo');
  worktrees = gitWorktrees({home: join(folder, 'home'), maxFileBytes: 1_000_000, dependencies: true});
});
afterEach(() => remove(folder));

test('a workspace package edited in the worktree is what its test runs', async () => {
  makeRepository(repo, {
    '.gitignore': 'node_modules\n',
    'package.json': '{"workspaces": ["packages/*"]}',
    'packages/lib/package.json': '{"name": "lib", "main": "index.js"}',
    'packages/lib/index.js': 'module.exports = "theirs";\n',
    'test.js': 'console.log(require("lib"), require("outside"), require("absolute"));\n',
  });
  put(repo, {'node_modules/outside/index.js': 'module.exports = "outside";\n', 'node_modules/.cache/old.json': repo});
  symlinkSync('../packages/lib', join(repo, 'node_modules/lib'));
  symlinkSync(join(repo, 'packages/lib'), join(repo, 'node_modules/absolute'));
  const [gitBefore, filesBefore] = [gitFolderOf(repo), bytesOf(repo, path => path === '.git')];
  const session = await WorktreeSession.start(worktrees, repo);
  expect(session.prepared.dependencies).toEqual(['node_modules']);
  expect(await worktrees.ready(session.id)).toEqual([]);
  put(session.place.root, {
    'packages/lib/index.js': 'module.exports = "ours";\n',
    'node_modules/outside/index.js': 'module.exports = "patched";\n',
  });
  expect(execFileSync('node', ['test.js'], {cwd: session.place.root, encoding: 'utf8'})).toBe('ours patched ours\n');
  expect(readlinkSync(session.file('node_modules/lib'))).toBe('../packages/lib');
  expect(existsSync(session.file('node_modules/.cache'))).toBe(false);
  expect(await session.checkpoint()).toMatchObject({changed: ['packages/lib/index.js']});
  expect(bytesOf(repo, path => path === '.git')).toEqual(filesBefore);
  expect(gitFolderOf(repo)).toEqual(gitBefore);
});

test('an environment with editable installs leads to the worktree', async () => {
  makeRepository(repo, {'.gitignore': '.venv\n', 'src/pkg.py': 'x = 1\n'});
  const lib = '.venv/lib/python3/site-packages';
  symlinkSync(repo, join(folder, 'alias'));
  put(repo, {
    '.venv/pyvenv.cfg': `home = /usr/bin\ncommand = python -m venv ${repo}/.venv\n`,
    '.venv/bin/tool': `#!${repo}/.venv/bin/python\nprint("ö")\n`,
    '.venv/bin/binary': Buffer.from(`\x7fELF\0${repo}`),
    [`${lib}/pkg.pth`]: `${repo}/src\n/usr/share/other\n${repo}-other/src\n${join(folder, 'alias')}/src\nimport site\n`,
    [`${lib}/__editable___pkg_finder.py`]: `MAPPING = {'pkg': '${repo}/src'}\n`,
    [`${lib}/pkg.dist-info/direct_url.json`]: `{"url": "file://${repo}"}`,
    [`${lib}/module.py`]: 'pass\n',
  });
  chmodSync(join(repo, '.venv/bin/tool'), 0o755);
  utimesSync(join(repo, lib, 'module.py'), 1000, 1000);
  symlinkSync('/usr/bin/python3', join(repo, '.venv/bin/python'));
  const session = await WorktreeSession.start(worktrees, repo);
  await worktrees.ready(session.id);
  const {root} = session.place;
  const read = (path: string) => readFileSync(session.file(path), 'utf8');
  expect(read('.venv/pyvenv.cfg')).toBe(`home = /usr/bin\ncommand = python -m venv ${root}/.venv\n`);
  expect(read('.venv/bin/tool')).toBe(`#!${root}/.venv/bin/python\nprint("ö")\n`);
  expect(lstatSync(session.file('.venv/bin/tool')).mode & 0o777).toBe(0o755);
  expect(read('.venv/bin/binary')).toContain(repo);
  expect(read(`${lib}/pkg.pth`)).toBe(`${root}/src\n/usr/share/other\n${repo}-other/src\n${root}/src\nimport site\n`);
  expect(read(`${lib}/__editable___pkg_finder.py`)).toBe(`MAPPING = {'pkg': '${root}/src'}\n`);
  expect(read(`${lib}/pkg.dist-info/direct_url.json`)).toBe(`{"url": "file://${root}"}`);
  expect(lstatSync(session.file(`${lib}/module.py`)).mtimeMs).toBe(1_000_000);
  expect(readlinkSync(session.file('.venv/bin/python'))).toBe('/usr/bin/python3');
});

test('links that leave the checkout still arrive', async () => {
  makeRepository(repo, {'.gitignore': 'node_modules\n'});
  put(folder, {'sibling/index.js': 'module.exports = "sibling";\n'});
  mkdirSync(join(repo, 'node_modules/@scope'), {recursive: true});
  symlinkSync('../../../sibling', join(repo, 'node_modules/@scope/sibling'));
  const session = await WorktreeSession.start(worktrees, repo);
  await worktrees.ready(session.id);
  expect(readFileSync(session.file('node_modules/@scope/sibling/index.js'), 'utf8')).toContain('sibling');
});

test('what `.worktreeinclude` names comes along, other ignored files do not', async () => {
  makeRepository(repo, {'.gitignore': '.env*\nbuild/\n*.log\nnode_modules\n', '.worktreeinclude': '.env.local\n/build/\n', 'sub/a': 'a'});
  put(repo, {
    '.env': 'no',
    '.env.local': 'yes',
    'sub/.env.local': 'yes',
    'build/out.js': 'yes',
    'x.log': 'no',
    'sub/node_modules/m/index.js': 'yes',
  });
  const session = await WorktreeSession.start(worktrees, repo);
  expect(session.prepared.dependencies.toSorted()).toEqual(['.env.local', 'build', 'sub/.env.local', 'sub/node_modules']);
  await worktrees.ready(session.id);
  expect(Object.keys(bytesOf(session.place.root, path => path === '.git')).toSorted()).toEqual(
    ['.env.local', '.gitignore', '.worktreeinclude', 'build/out.js', 'sub/.env.local', 'sub/a', 'sub/node_modules/m/index.js'].toSorted(),
  );
  expect(await session.checkpoint()).toBeNull();
});

test('a folder that cannot be brought is told, and what came of it is taken away', async () => {
  makeRepository(repo, {'.gitignore': 'node_modules\nvendor\n'});
  put(repo, {'node_modules/a/index.js': 'a', 'vendor/b': 'b'});
  const session = await WorktreeSession.start(worktrees, repo);
  await worktrees.ready(session.id);
  // A second opening finds both there and leaves them.
  put(session.place.root, {'vendor/b': 'changed'});
  await worktrees.open(repo, session.place, session.id, session.base);
  expect(await worktrees.ready(session.id)).toEqual([]);
  expect(readFileSync(session.file('vendor/b'), 'utf8')).toBe('changed');
});

test('none with the setting off', async () => {
  makeRepository(repo, {'.gitignore': 'node_modules\n'});
  put(repo, {'node_modules/a/index.js': 'a'});
  const without = gitWorktrees({home: join(folder, 'home'), maxFileBytes: 1000, dependencies: false});
  const session = await WorktreeSession.start(without, repo);
  expect(session.prepared.dependencies).toEqual([]);
  expect(existsSync(session.file('node_modules'))).toBe(false);
});

test.each(['node_modules', 'node_modules/'])('a dependency folder that is a link (rule %s) comes as what it leads to', async rule => {
  put(folder, {'shared/dep/index.js': 'theirs\n'});
  makeRepository(repo, {'.gitignore': `${rule}\n`});
  symlinkSync('../shared', join(repo, 'node_modules'));
  const session = await WorktreeSession.start(worktrees, repo, 'linkeddeps');
  expect(await worktrees.ready(session.id)).toEqual([]);
  expect(readFileSync(session.file('node_modules/dep/index.js'), 'utf8')).toBe('theirs\n');
  writeFileSync(session.file('node_modules/dep/index.js'), 'ours\n');
  expect(readFileSync(join(folder, 'shared/dep/index.js'), 'utf8')).toBe('theirs\n');
  expect(await session.checkpoint()).toBeNull();
});

test('a dependency folder that leads to a folder around the checkout is left out with a sentence', async () => {
  makeRepository(repo, {'.gitignore': 'node_modules\n'});
  symlinkSync('..', join(repo, 'node_modules'));
  const session = await WorktreeSession.start(worktrees, repo, 'aroundus00');
  expect(await worktrees.ready(session.id)).toEqual([expect.stringContaining('node_modules could not be brought')]);
  expect(existsSync(session.file('node_modules'))).toBe(false);
});
