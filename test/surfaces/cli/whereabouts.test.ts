import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {git, gitFolderOf, makeRepository} from '../../support/git-repository.ts';
import {CliWorld, type Said} from './world.ts';

let here: CliWorld;
let script = '';
beforeEach(() => {
  here = new CliWorld({'a.txt': 'one\n', 'sub/b.txt': 'b\n'});
  script = join(here.root, 'more.json');
  const reply = {calls: [{tool: 'shell', input: {command: 'pwd; cat made.txt; echo more > more.txt'}}]};
  const replies = Array.from({length: 12}, (_, n) => (n % 2 === 0 ? reply : {text: 'Gone on.'}));
  writeFileSync(script, JSON.stringify({replies}));
});
afterEach(() => here.remove());

const resume = (world: CliWorld, id: string, ...more: string[]): Promise<Said> =>
  world.run(['resume', id, '-p', 'Go on', '--mode', 'full', '-m', `scripted:${script}`, ...more]);

describe('a repository that was moved', () => {
  let id: SessionId;
  let moved = '';
  beforeEach(async () => {
    id = await here.session({prompt: 'Make it', commands: ['echo made > made.txt']});
    moved = join(here.root, 'moved', 'to here');
    mkdirSync(join(here.root, 'moved'));
  });

  test('is asked for, and then the session goes on there with its files, those that no checkpoint has too', async () => {
    const {root} = await placeOf(here, id);
    renameSync(here.repo, moved);
    writeFileSync(join(root, 'by-hand.txt'), 'by hand\n');
    const lost = await here.run(['resume', id, '-p', 'Go on'], {cwd: here.root});
    expect([lost.code, lost.err]).toEqual([1, expect.stringContaining(`agent resume ${id} --repo DIR`)]);

    const before = gitFolderOf(moved);
    const gone = await resume(new Elsewhere(here), id, '--repo', moved);
    expect([gone.code, gone.out], gone.err).toEqual([0, 'Gone on.\n']);
    expect(gitFolderOf(moved)).toEqual(before);
    const now = await placeOf(new Elsewhere(here), id);
    expect(now.root).not.toBe(root);
    expect(existsSync(root)).toBe(false);
    expect(readFileSync(join(now.root, 'by-hand.txt'), 'utf8')).toBe('by hand\n');
    expect(git(moved, 'worktree', 'list')).toContain(now.root);
    expect(git(moved, 'fsck')).toBe('');
    const elsewhere = new Elsewhere(here);
    expect((await elsewhere.run(['audit', 'verify', id])).code).toBe(0);
    expect((await elsewhere.run(['diff', id, '--name-only'])).out.split('\n').filter(Boolean).toSorted()).toEqual([
      'by-hand.txt',
      'made.txt',
      'more.txt',
    ]);
    // From then on it is known.
    expect((await resume(elsewhere, id)).code).toBe(0);
    const applied = await elsewhere.run(['apply', id]);
    expect(applied.code, applied.err).toBe(0);
    expect(readFileSync(join(moved, 'made.txt'), 'utf8')).toBe('made\n');
    expect((await elsewhere.run(['apply', id, '--undo'])).code).toBe(0);
    expect((await elsewhere.run(['sessions', 'rm', id, '--yes'])).code).toBe(0);
    expect(gitFolderOf(moved)).toEqual(before);
  });

  test('and whose worktree is gone: the files come back from the last checkpoint', async () => {
    const {root} = await placeOf(here, id);
    rmSync(root, {recursive: true});
    renameSync(here.repo, moved);
    const elsewhere = new Elsewhere(here);
    const gone = await resume(elsewhere, id, '--repo', moved);
    expect([gone.code, gone.out], gone.err).toEqual([0, 'Gone on.\n']);
    const now = await placeOf(elsewhere, id);
    expect(readFileSync(join(now.root, 'made.txt'), 'utf8')).toBe('made\n');
    expect((await elsewhere.run(['audit', 'verify', id])).code).toBe(0);
    expect((await resume(elsewhere, id)).code).toBe(0);
  });

  test('is named wrongly', async () => {
    renameSync(here.repo, moved);
    const bare = join(here.root, 'bare');
    git(here.root, 'clone', '-q', '--bare', moved, bare);
    const folder = join(here.root, 'folder');
    mkdirSync(folder);
    const elsewhere = new Elsewhere(here);
    for (const [dir, why] of [
      [bare, 'a bare git repository'],
      [folder, 'is no git repository with a commit'],
      [join(here.root, 'nowhere'), 'is not a folder that can be opened.\nName a clone'],
    ] as const) {
      const {code, err} = await resume(elsewhere, id, '--repo', dir);
      expect([code, err]).toEqual([2, expect.stringContaining(why)]);
    }
    const log = readFileSync(join(here.env['AGENT_HOME'] ?? '', 'sessions', id, 'log.jsonl'), 'utf8');
    expect(log).not.toContain('session.resumed');
  });

  test('the same place again is no move', async () => {
    expect((await resume(here, id, '--repo', join(here.repo, 'sub'))).code).toBe(0);
    expect(readFileSync(join(here.env['AGENT_HOME'] ?? '', 'sessions', id, 'log.jsonl'), 'utf8')).not.toContain('"moved"');
  });
});

describe('an imported session', () => {
  let there: CliWorld;
  let file = '';
  let id: SessionId;
  beforeEach(async () => {
    there = new CliWorld();
    id = await here.session({prompt: 'Make it', commands: ['echo made > made.txt; echo two >> a.txt']});
    expect((await here.run(['apply', id])).code).toBe(0);
    file = join(here.root, `${id}.agent.tar.zst`);
    expect((await here.run(['sessions', 'export', id, '-o', file])).code).toBe(0);
  });
  afterEach(() => there.remove());

  test('does not touch the places of the home that it came from, even where they are there', async () => {
    expect((await there.run(['sessions', 'import', file])).code).toBe(0);
    const {root} = await placeOf(here, id);
    writeFileSync(join(root, 'later.txt'), 'later\n');
    expect((await there.run(['diff', id, '--all', '--name-only'])).out).toBe('a.txt\nmade.txt\n');
    for (const words of [
      ['apply', id],
      ['resume', id, '-p', 'Go on'],
      ['fork', `${id}@1`],
      ['rewind', id, '--to', '0', '--yes'],
      ['replay', id, '--rerun', '--yes'],
    ]) {
      const {code, err} = await there.run(words);
      expect([code, err]).toEqual([2, expect.stringContaining(`agent resume ${id} --repo DIR`)]);
    }
    expect((await there.run(['sessions', 'rm', id, '--yes'])).code).toBe(0);
    expect(existsSync(join(root, 'later.txt'))).toBe(true);
    expect(git(here.repo, 'worktree', 'list')).toContain(root);
  });

  test('goes on in a clone that was named at the import, and what it changed can be applied there', async () => {
    const clone = join(there.root, 'clone');
    git(there.root, 'clone', '-q', here.repo, clone);
    const imported = await there.run(['sessions', 'import', file, '--repo', clone]);
    expect([imported.code, imported.err]).toEqual([0, expect.stringContaining(`Go on with it in ${clone}`)]);
    const gone = await resume(there, id);
    expect([gone.code, gone.out], gone.err).toEqual([0, 'Gone on.\n']);
    expect((await there.run(['audit', 'verify', id])).code).toBe(0);
    const {root, repo} = await placeOf(there, id);
    expect(repo).toBe(clone);
    expect(root.startsWith(join(there.env['AGENT_HOME'] ?? '', 'worktrees'))).toBe(true);
    // The commands ran there, and the model was told so.
    expect((await there.run(['audit', 'show', '3.1', id])).out).toBe(`${root}\nmade\n`);
    // It was applied in the other checkout, and not in this one.
    expect((await there.run(['diff', id, '--name-only'])).out).toBe('a.txt\nmade.txt\nmore.txt\n');
    expect((await there.run(['apply', id])).code).toBe(0);
    expect(readFileSync(join(clone, 'a.txt'), 'utf8')).toBe('one\ntwo\n');
    expect((await there.run(['sessions', '--all'])).out).toContain(id);
    const before = git(here.repo, 'worktree', 'list');
    const again = await there.run(['replay', id, '--rerun', '--yes', '--keep', '--json']);
    expect(again.code, again.err).toBe(0);
    const {rerun} = JSON.parse(again.out) as {rerun: string};
    expect(git(clone, 'worktree', 'list')).toContain(rerun);
    expect(git(here.repo, 'worktree', 'list')).toBe(before);
  });

  test('takes no mode and no folders over that were allowed on the other machine', async () => {
    const given = join(here.root, 'given');
    mkdirSync(given);
    const opened = await here.run(['-p', 'Go on', '--mode', 'accept-edits', '--add-dir', given, '-m', `scripted:${script}`]);
    expect(opened.code === 0 || opened.code === 4, opened.err).toBe(true);
    const [{id: other}] = (JSON.parse((await here.run(['sessions', '--json'])).out) as {sessions: [{id: SessionId}]}).sessions;
    const file = join(here.root, 'other.agent.tar.zst');
    expect((await here.run(['sessions', 'export', other, '--format', 'archive', '-o', file])).code).toBe(0);
    expect((await there.run(['sessions', 'import', file, '--repo', there.repo])).code).toBe(0);
    const gone = await there.run(['resume', other, '-p', 'Go on', '-m', `scripted:${script}`]);
    expect([0, 4], gone.err).toContain(gone.code);
    const fork = await there.run(['fork', `${other}@0`, '--json']);
    expect(fork.code, fork.err).toBe(0);
    const {session} = JSON.parse(fork.out) as {session: SessionId};
    for (const each of [other, session]) {
      const log = readFileSync(join(there.env['AGENT_HOME']!, 'sessions', each, 'log.jsonl'), 'utf8')
        .trim()
        .split('\n');
      const last = log.findLast(line => line.includes('"type":"session.resumed"') || line.includes('"type":"session.forked"'))!;
      const {event} = JSON.parse(last) as {event: {settings: {mode: string; add_dirs: readonly string[]}}};
      expect(event.settings).toMatchObject({mode: 'ask', add_dirs: []});
    }
  });

  test('goes on in a clone without the commit that it began from, and says so', async () => {
    const other = makeRepository(join(there.root, 'other'), {'a.txt': 'one\n'});
    expect((await there.run(['sessions', 'import', file])).code).toBe(0);
    const gone = await resume(there, id, '--repo', other);
    expect([gone.code, gone.out], gone.err).toEqual([0, 'Gone on.\n']);
    expect(gone.err).toContain('does not have the commit that the session began from');
    expect((await there.run(['diff', id, '--name-only'])).out).toContain('made.txt');
    expect((await there.run(['audit', 'verify', id])).code).toBe(0);
  });

  test('that was taken back and forth goes on at home again', async () => {
    const clone = join(there.root, 'clone');
    git(there.root, 'clone', '-q', here.repo, clone);
    expect((await there.run(['sessions', 'import', file, '--repo', clone])).code).toBe(0);
    expect((await resume(there, id)).code).toBe(0);
    const back = join(there.root, 'back.agent.tar.zst');
    expect((await there.run(['sessions', 'export', id, '-o', back])).code).toBe(0);
    expect((await here.run(['sessions', 'import', back])).code).toBe(1);
    const taken = await here.run(['sessions', 'import', back, '--force', '--repo', here.repo]);
    expect(taken.code, taken.err).toBe(0);
    const gone = await resume(here, id);
    expect([gone.code, gone.out], gone.err).toEqual([0, 'Gone on.\n']);
    expect((await placeOf(here, id)).repo).toBe(here.repo);
    expect((await here.run(['audit', 'verify', id])).code).toBe(0);
  });
});

test('a session in a plain folder goes on in another one', async () => {
  const folder = join(here.root, 'plain');
  mkdirSync(folder);
  writeFileSync(join(folder, 'made.txt'), 'made\n');
  const first = await here.run(['-p', 'Begin', '--in-place', '--mode', 'full', '-m', `scripted:${script}`], {cwd: folder});
  expect(first.code, first.err).toBe(0);
  const {id} = JSON.parse((await here.run(['sessions', '--all', '--json'])).out).sessions[0] as {id: string};
  renameSync(folder, `${folder}-moved`);
  const gone = await resume(here, id, '--repo', `${folder}-moved`);
  expect([gone.code, gone.out], gone.err).toEqual([0, 'Gone on.\n']);
  expect((await here.run(['audit', 'show', '3.1', id])).out).toBe(`${folder}-moved\nmade\n`);
});

/** The same home, from a folder that is there whatever becomes of the repository. */
class Elsewhere extends CliWorld {
  constructor(of: CliWorld) {
    super();
    rmSync(this.root, {recursive: true, force: true});
    Object.assign(this.env, of.env);
    Object.assign(this, {root: of.root, repo: of.root});
  }
}

async function placeOf(world: CliWorld, id: string): Promise<{root: string; repo: string | null}> {
  const {out} = await world.run(['sessions', 'show', id, '--json']);
  const {worktree, repo} = JSON.parse(out) as {worktree: {root: string}; repo: string | null};
  return {root: worktree.root, repo};
}
