import {createHash} from 'node:crypto';
import {lstatSync, readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {journey} from '../support/journey.ts';
import {writeFiles} from '../support/sandbox.ts';

/** Every file of a `.git`, by path, with its mode and the hash of its content; without what belongs to linked worktrees. */
function contents(folder: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, below))) {
    const path = join(below, name);
    if (path === 'worktrees') continue;
    const stat = lstatSync(join(folder, path));
    if (stat.isDirectory()) Object.assign(found, {[`${path}/`]: String(stat.mode)}, contents(folder, path));
    else found[path] = `${stat.mode} ${stat.isSymbolicLink() ? readlinkSync(join(folder, path)) : hash(readFileSync(join(folder, path)))}`;
  }
  return found;
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('over a whole life of a session (run, killed, resumed, applied, taken back, applied again, discarded) the .git stays byte for byte as it was', async () => {
  const at = journey({'a.txt': 'one\n', 'src/b.txt': 'two\n', '.gitignore': 'node_modules/\n'});
  writeFiles(at.repo, {
    'src/b.txt': 'two, uncommitted\n',
    'staged.txt': 'staged\n',
    'a.txt': 'one, uncommitted\n',
    'untracked.txt': 'untracked\n',
    'node_modules/x/index.js': 'x\n',
  });
  at.git('add', 'staged.txt');
  at.git('stash', 'push', '--quiet', '--', 'a.txt');
  at.git('branch', 'other');
  at.git('pack-refs', '--all');
  at.git('status');
  const git = join(at.repo, '.git');
  const before = contents(git);
  const unchanged = (when: string) => expect(contents(git), when).toEqual(before);

  const edit = (path: string, content: string) => ({tool: 'write', input: {path, content}});
  const model = at.script([
    {
      calls: [
        edit('new.txt', 'new\n'),
        {tool: 'shell', input: {command: 'git status --short; git log --oneline; git diff HEAD; echo > ready; sleep 5'}},
      ],
    },
    {calls: [{tool: 'shell', input: {command: 'git status'}}]},
    {calls: [edit('later.txt', 'later\n')]},
    {text: 'Done.'},
  ]);
  const agent = at.start(['-p', '--mode', 'full', '--model', model, 'Go.']);
  await agent.until(() => agent.stderr().includes('new.txt'), 'the first edit');
  unchanged('while it works');
  agent.child.kill('SIGKILL');
  await agent.ended;
  const steps: [string[], number][] = [
    [['resume', '--last', '-p', '--mode', 'full'], 0],
    [['diff', '--last', '--stat'], 0],
    [['apply', '--last'], 0],
    [['apply', '--last', '--undo'], 0],
    [['apply', '--last'], 0],
    [['discard', '--last', '--yes'], 0],
  ];
  for (const [args, code] of steps) {
    const ended = await at.run(args);
    expect([args.join(' '), ended.code], ended.stderr).toEqual([args.join(' '), code]);
    unchanged(args.join(' '));
  }
  expect(readdirSync(git)).not.toContain('worktrees');
  expect(readFileSync(join(at.repo, 'later.txt'), 'utf8')).toBe('later\n');
});
