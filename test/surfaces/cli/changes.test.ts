import {existsSync, readFileSync, renameSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {git, makeRepository, put} from '../../support/git-repository.ts';
import {CliWorld} from './world.ts';

describe('a session that changed two files', () => {
  const world = new CliWorld({'a.txt': 'one\ntwo\n', 'sub/b.txt': 'b\n'});
  let id = '';
  const checkout = (path: string) => readFileSync(join(world.repo, path), 'utf8');
  beforeAll(async () => {
    id = await world.session({commands: ['echo three >> a.txt; printf "new\\0" > c.bin']});
  });
  afterAll(() => world.remove());

  test('diff shows it: the newest, by prefix, from a subfolder, with -C', async () => {
    const {code, out, err} = await world.run(['diff']);
    expect({code, err}).toEqual({code: 0, err: ''});
    expect(out).toContain('+++ b/a.txt\n@@ -1,2 +1,3 @@\n one\n two\n+three\n');
    expect(out).toContain('GIT binary patch');
    const same = [
      ['diff', '--last'],
      ['diff', id.slice(0, 4)],
      ['diff', id],
      ['diff', '-C', 'sub'],
      ['-C', 'sub', 'diff'],
      ['diff', '--all'],
    ];
    for (const words of same) expect((await world.run(words)).out).toBe(out);
    expect((await world.run(['diff'], {cwd: join(world.repo, 'sub')})).out).toBe(out);
  });

  test('diff as names, figures and JSON', async () => {
    expect((await world.run(['diff', '--name-only'])).out).toBe('a.txt\nc.bin\n');
    expect((await world.run(['diff', '--stat'])).out).toMatch(/^ a\.txt \| +1 \+\n c\.bin \| +Bin 0 -> 4 bytes\n/);
    const files = [
      {path: 'a.txt', change: 'modified', added: 1, removed: 0},
      {path: 'c.bin', change: 'added', added: null, removed: null},
    ];
    expect(JSON.parse((await world.run(['diff', '--json'])).out)).toEqual({v: 1, session: id, files, left_out: []});
  });

  test('diff has colours where they are wanted', async () =>
    expect((await world.run(['diff'], {env: {FORCE_COLOR: '1'}})).out).toContain('\u001b[32m+'));

  test('a patch of it applies', async () => {
    const {out} = await world.run(['diff']);
    put(world.root, {'the.patch': out});
    git(world.repo, 'apply', '--check', join(world.root, 'the.patch'));
  });

  test('apply brings it over, once; --undo takes it back', async () => {
    expect(await world.run(['apply'])).toEqual({
      code: 0,
      out: 'M a.txt +1 -0\nA c.bin binary\n',
      err: `Applied 2 files. Take it back: agent apply ${id} --undo\n`,
    });
    expect(checkout('a.txt')).toBe('one\ntwo\nthree\n');
    expect(git(world.repo, 'diff', '--cached', '--name-only')).toBe('');
    const again = await world.run(['apply']);
    expect(again).toEqual({
      code: 0,
      out: '',
      err: `Session ${id} changed nothing since its changes were applied. See them: agent diff ${id} --all\n`,
    });
    expect((await world.run(['diff'])).out).toBe('');
    expect((await world.run(['diff', '--all', '--name-only'])).out).toBe('a.txt\nc.bin\n');
    expect((await world.run(['sessions', 'show', id])).out).toContain('2 files changed · applied 1 time');
    expect((await world.run(['apply', '--undo'])).code).toBe(0);
    expect([checkout('a.txt'), existsSync(join(world.repo, 'c.bin'))]).toEqual(['one\ntwo\n', false]);
    const nothing = await world.run(['apply', '--undo']);
    expect([nothing.code, nothing.err]).toEqual([
      1,
      `error: Nothing of session ${id} is applied: there is nothing to take back.\nSee its changes: agent diff ${id}\n`,
    ]);
  });

  test('a conflict writes nothing and exits with 1; --conflicts writes markers', async () => {
    put(world.repo, {'a.txt': 'one\nTWO\n'});
    const {code, out, err} = await world.run(['apply']);
    expect({code, out}).toEqual({code: 1, out: ''});
    expect(err).toContain('conflict a.txt: ');
    expect(err).toContain(
      `1 file conflicts with the checkout: nothing was written.\nTo get conflict markers in the files: agent apply ${id} --conflicts\n`,
    );
    expect([checkout('a.txt'), existsSync(join(world.repo, 'c.bin'))]).toEqual(['one\nTWO\n', false]);
    const json = await world.run(['apply', '--json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({v: 1, session: id, how: 'apply', kind: 'conflict', files: [{path: 'a.txt'}]});
    const marked = await world.run(['apply', '--conflicts']);
    expect(marked.code).toBe(1);
    expect(marked.err).toContain('These hold conflict markers');
    expect(checkout('a.txt')).toContain('<<<<<<<');
  });
});

describe('committing, discarding', () => {
  const world = new CliWorld();
  afterAll(() => world.remove());

  test('apply --commit commits exactly the changes', async () => {
    const id = await world.session({commands: ['echo x > x.txt']});
    put(world.repo, {'mine.txt': 'not yet\n'});
    const {code, err} = await world.run(['apply', id, '--commit', 'Add x']);
    expect(code).toBe(0);
    expect(err).toMatch(/^Applied 1 file as commit [0-9a-f]{12}\./);
    expect(git(world.repo, 'show', '--stat', '--format=%s', 'HEAD')).toMatch(/^Add x\n\n x\.txt \| 1 \+\n/);
    expect(git(world.repo, 'status', '--porcelain')).toBe('?? mine.txt\n');
    expect((await world.run(['apply', '--commit', ' '])).code).toBe(2);
  });

  test('discard asks on a terminal, needs --yes elsewhere, and says what goes', async () => {
    const id = await world.session({commands: ['echo y > y.txt']});
    const [{root} = {root: ''}] = (
      JSON.parse((await world.run(['worktrees', '--json'])).out) as {worktrees: {session: string; root: string}[]}
    ).worktrees.filter(({session}) => session === id);
    const alone = await world.run(['discard']);
    expect([alone.code, existsSync(root)]).toEqual([2, true]);
    expect(alone.err).toContain('A y.txt +1 -0\n');
    expect(alone.err).toContain(
      `Nobody is there to answer: Drop the worktree of session ${id} with changes to 1 file that were not applied?\nTo do it, type the same with --yes.\n`,
    );
    for (const answers of ['n\n', '\n', '']) {
      expect((await world.run(['discard'], {terminal: true, answers})).code).toBe(1);
      expect(existsSync(root)).toBe(true);
    }
    const done = await world.run(['discard'], {terminal: true, answers: 'y\n'});
    expect([done.code, existsSync(root)]).toEqual([0, false]);
    expect((await world.run(['discard', '--yes'])).err).toContain('was discarded already');
    for (const line of ['diff', 'apply']) {
      const {code, err} = await world.run([line]);
      expect([code, err]).toEqual([
        1,
        `error: The changes of session ${id} were discarded.\nBring its worktree back: agent resume ${id}\n`,
      ]);
    }
    expect((await world.run(['diff', '--all', '--name-only'])).out).toBe('y.txt\n');
  });

  test('a session that worked in place has nothing to bring over or to drop', async () => {
    const id = await world.session({commands: ['echo z > z.txt'], inPlace: true});
    expect((await world.run(['diff', id, '--name-only'])).out).toBe('z.txt\n');
    for (const line of [
      ['apply', id],
      ['discard', id, '--yes'],
    ]) {
      const {code, err} = await world.run(line);
      expect([code, err]).toEqual([2, expect.stringContaining('(--in-place)') as string]);
    }
    expect(existsSync(join(world.repo, 'z.txt'))).toBe(true);
  });
});

describe('files over the limit that the session made', () => {
  const world = new CliWorld();
  afterAll(() => world.remove());

  test('are named by diff, apply, sessions show, discard; prune keeps them', async () => {
    const id = await world.session({commands: ['head -c 12000000 /dev/zero > big.bin']});
    const says = expect.stringContaining('Not in diff or apply, in the worktree only: big.bin (too large).') as string;
    expect((await world.run(['diff', id])).err).toEqual(says);
    const left_out = [{path: 'big.bin', why: 'too-large', changed: true}];
    expect(JSON.parse((await world.run(['diff', id, '--json'])).out)).toMatchObject({files: [], left_out});
    expect(JSON.parse((await world.run(['sessions', 'show', id, '--json'])).out)).toMatchObject({left_out});
    expect((await world.run(['sessions', 'show', id])).out).toEqual(says);
    expect((await world.run(['apply', id])).err).toEqual(says);
    expect(JSON.parse((await world.run(['apply', id, '--json'])).out)).toMatchObject({kind: 'nothing', left_out});
    expect((await world.run(['worktrees', 'prune', '--yes'])).err).toContain('nothing to remove');
    const {err} = await world.run(['discard', id]);
    expect(err).toEqual(says);
    expect(err).toContain('with changes to 1 file that were not applied?');
    const [{root} = {root: ''}] = (JSON.parse((await world.run(['worktrees', '--json'])).out) as {worktrees: {root: string}[]}).worktrees;
    expect(statSync(join(root, 'big.bin')).size).toBe(12_000_000);
  });

  test('a tracked one is a change like another', async () => {
    put(world.repo, {'tracked.bin': Buffer.alloc(12_000_000)});
    git(world.repo, 'add', '-A');
    git(world.repo, 'commit', '-q', '-m', 'large');
    const id = await world.session({commands: ['rm tracked.bin']});
    expect((await world.run(['diff', id, '--name-only'])).out).toBe('tracked.bin\n');
  });
});

describe('a command that takes away everything in the worktree, `.git` too', () => {
  const world = new CliWorld();
  afterAll(() => world.remove());

  test('does not work on a repository around the worktree then', async () => {
    put(world.root, {dotfile: 'committed\n', '.gitignore': '*\n!dotfile\n'});
    makeRepository(world.root, {});
    git(world.root, 'add', '-f', 'dotfile');
    git(world.root, 'commit', '-q', '--allow-empty', '-m', 'dotfile');
    put(world.root, {dotfile: 'not committed\n'});
    const head = git(world.root, 'rev-parse', 'HEAD');
    const id = await world.session({commands: ['find . -mindepth 1 -delete; git reset --hard; git clean -fdx; git commit -qam gone']});
    expect(git(world.root, 'rev-parse', 'HEAD')).toBe(head);
    expect(readFileSync(join(world.root, 'dotfile'), 'utf8')).toBe('not committed\n');
    expect((await world.run(['diff', id, '--name-only'])).out).toBe('a.txt\n');
  });
});

describe('a repository that was renamed', () => {
  const world = new CliWorld();
  afterAll(() => world.remove());

  test('leaves orphans: prune keeps the one with unapplied changes, and says how to remove it', async () => {
    const held = await world.session({commands: ['echo 1 > one.txt']});
    const idle = await world.session({prompt: 'Only look'});
    const moved = join(world.root, 'moved');
    renameSync(world.repo, moved);
    const at = {cwd: moved};
    const {out} = await world.run(['worktrees'], at);
    expect(out).toMatch(new RegExp(`\\n${held} .*orphan, unapplied changes`));
    expect(out).toMatch(new RegExp(`\\n${idle} .*orphan  `));
    const pruned = await world.run(['worktrees', 'prune', '--yes'], at);
    expect(pruned.err).toContain(
      `${held} is an orphan, and stays: it holds changes that were not applied. To remove it all the same: agent worktrees prune ${held}\n`,
    );
    expect(pruned.err).toContain('Removed 1 worktree.');
    const left = async () =>
      (JSON.parse((await world.run(['worktrees', '--json'], at)).out) as {worktrees: {session: string}[]}).worktrees.map(
        ({session}) => session,
      );
    expect(await left()).toEqual([held]);
    expect((await world.run(['worktrees', 'prune', held, '--yes'], at)).err).toContain('Removed 1 worktree.');
    expect(await left()).toEqual([]);
  });
});

describe('worktrees', () => {
  const world = new CliWorld();
  afterAll(() => world.remove());

  test('are listed, opened, and pruned where nobody needs them', async () => {
    expect((await world.run(['worktrees'])).err).toContain('There is no worktree.');
    const idle = await world.session({prompt: 'Only look'});
    const needed = await world.session({commands: ['echo 1 > one.txt']});
    const {worktrees} = JSON.parse((await world.run(['worktrees', '--json'])).out) as {
      worktrees: {session: string; root: string; bytes: number}[];
    };
    expect(worktrees.map(({session}) => session).toSorted()).toEqual([idle, needed].toSorted());
    expect((await world.run(['worktrees'])).out).toMatch(new RegExp(`\\n${idle} .*Only look.*done`));
    expect((await world.run(['worktrees', 'open', idle])).out).toBe(`${worktrees.find(({session}) => session === idle)?.root}\n`);
    expect((await world.run(['worktrees', 'prune'])).code).toBe(2);
    const pruned = await world.run(['worktrees', 'prune', '--yes']);
    expect(pruned.code).toBe(0);
    expect(pruned.err).toContain('Removed 1 worktree.');
    expect(worktrees.map(({root}) => existsSync(root))).toEqual(worktrees.map(({session}) => session === needed));
    expect((await world.run(['worktrees', 'prune', '--yes'])).err).toContain('nothing to remove');
    const gone = await world.run(['worktrees', 'open', idle]);
    expect([gone.code, gone.err]).toEqual([
      1,
      `error: The worktree of session ${idle} is not there.\nBring it back: agent resume ${idle}\n`,
    ]);
  });
});
