import {mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {workspaceFiles} from '../../../src/adapters/files/workspace-files.ts';
import {shellSyntax} from '../../../src/adapters/shell-syntax/shell-syntax.ts';
import {asJudged} from '../../../src/agent/moves/call-subject.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'judged-')));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
const root = join(folder, 'tree');
for (const path of ['tree/a.txt', 'tree/src/b.ts', 'tree/config/env.local', 'tree/clean/x/y.ts', 'outside/secret', 'tree/dashed/a']) {
  mkdirSync(dirname(join(folder, path)), {recursive: true});
  writeFileSync(join(folder, path), 'text\n');
}
symlinkSync('../outside/secret', join(root, 'host.txt'));
symlinkSync('../../outside/secret', join(root, 'src/deep.txt'));
symlinkSync('../outside', join(root, 'out'));
symlinkSync('config/env.local', join(root, '.env'));
symlinkSync('nowhere', join(root, 'dangling'));
symlinkSync('../clean', join(root, 'src/clean'));
writeFileSync(join(root, '-R'), '');

const files = workspaceFiles({root, cwd: root, granted: []});
const judged = (kind: 'command' | 'path', text: string, cwd = '') =>
  asJudged(
    {kind, text},
    {
      syntax: shellSyntax(),
      files: cwd === '' ? files : workspaceFiles({root, cwd: join(root, cwd), granted: []}),
      place: {kind: 'worktree', root, cwd, head: null},
      roots: [root],
    },
  );

describe('a reading command whose words are links', () => {
  test.each([
    'cat host.txt',
    'cat ./host.txt a.txt',
    'cat < host.txt',
    'cat out/secret',
    'ls out',
    'ls out/',
    'grep -r text out',
    'grep -fhost.txt a.txt',
    'grep --file=host.txt a.txt',
    'head *.txt',
    'head ho*',
    'cat h?st.txt',
    'cat [h]ost.txt',
    'cat */secret',
    'cat o*/s*',
    'cd src && cat deep.txt',
    'cd out && cat secret',
    'cd src; cd clean; cat ../x || cat deep.txt',
    'cat dangling',
    'ls && cat host.txt | wc -l',
    'if true; then cat host.txt; fi',
    'bash -c "cat host.txt"',
    'diff src clean',
    'diff host.txt a.txt',
    'grep text *',
    `cat ${join(root, 'host.txt')}`,
    'npm test && cat host.txt',
  ])('%s leads outside', async command => expect(await judged('command', command)).toMatchObject({outside: true}));

  test.each([
    'cat a.txt',
    'cat .env',
    'cat missing.txt',
    'cat a*',
    'ls src/clean/*',
    'ls src/*.ts',
    'ls cl*/*/*.ts',
    'grep -rn "hosts" src',
    "sed -n '1,20p' a.txt",
    'cd src && cat b.ts',
    'echo host.txt',
    'git log --oneline main..HEAD',
    'diff a.txt src/b.ts',
    'npm test',
    `cat ${join(root, 'a.txt')}`,
  ])('%s does not', async command => expect(await judged('command', command)).toMatchObject({outside: false}));
});

test('a path is judged by its resolved name and as it was written', async () => {
  expect(await judged('path', './src/../.env')).toMatchObject({subject: 'config/env.local', also: ['.env']});
  expect(await judged('path', join(root, '.env'))).toMatchObject({subject: 'config/env.local', also: ['.env']});
  expect(await judged('path', '../.env', 'src')).toMatchObject({subject: 'config/env.local', also: ['.env']});
  expect(await judged('path', 'host.txt')).toMatchObject({subject: 'host.txt', also: ['host.txt']});
  expect(await judged('path', '/etc/passwd')).toMatchObject({subject: '/etc/passwd', also: ['/etc/passwd']});
  expect(await judged('path', '.')).toMatchObject({subject: '.', also: ['.']});
});
