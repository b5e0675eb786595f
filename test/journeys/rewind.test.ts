import {appendFileSync, existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {journey, ofType, type Journey} from '../support/journey.ts';

const shell = (command: string) => ({tool: 'shell', input: {command}});

/** `n` turns of one prompt each; turn k appends k to `count.txt` and makes `k.txt`. A turn has two steps. */
async function counted(at: Journey, n: number): Promise<{session: string; worktree: string}> {
  const turns = Array.from({length: n}, (_, index) => index + 1);
  const model = at.script(turns.flatMap(k => [{calls: [shell(`echo ${k} >> count.txt; touch ${k}.txt`)]}, {text: `Turn ${k} is done.`}]));
  for (const k of turns) {
    const args = k === 1 ? ['-p', '--model', model] : ['resume', '--last', '-p'];
    const done = await at.run([...args, '--mode', 'full', `prompt number ${k}`]);
    expect(done.code, done.stderr).toBe(0);
  }
  const session = at.sessions()[0]!;
  const [opened] = ofType(at.events(session), 'session.opened');
  return {session, worktree: opened!.place.root};
}

const countIn = (worktree: string): string =>
  existsSync(join(worktree, 'count.txt')) ? readFileSync(join(worktree, 'count.txt'), 'utf8').replaceAll('\n', '') : '';

const wordsOf = (at: Journey, session: string) => readFileSync(join(at.home, 'sessions', session, 'log.jsonl'), 'utf8');

test('to every step and back: files and conversation, each alone, and the log only grows', async () => {
  const at = journey();
  const {session, worktree} = await counted(at, 3);
  const done = async (...args: string[]) => {
    const before = wordsOf(at, session);
    const {code, stderr, stdout} = await at.run(['rewind', session, ...args, '--json']);
    expect(code, stderr).toBe(0);
    expect(wordsOf(at, session).startsWith(before)).toBe(true);
    return JSON.parse(stdout) as {to: number; what: string; files: readonly string[]; prompt: string | null};
  };
  const counts = ['', '1', '1', '12', '12', '123', '123'];
  for (const [step, count] of counts.entries()) {
    for (const how of [[], ['--files'], ['--talk']]) {
      await done('--to', String(step), ...how);
      expect(countIn(worktree), `${step} ${how.join(' ')}`).toBe(how[0] === '--talk' ? '123' : count);
      await done('--undo');
      expect(countIn(worktree)).toBe('123');
    }
  }
  const verified = await at.run(['audit', 'verify', session]);
  expect(verified.code, verified.stdout).toBe(0);
});

test('what is said next is said to the conversation as it was then', async () => {
  const at = journey();
  const {session, worktree} = await counted(at, 3);
  expect((await at.run(['rewind', session, '--to', '2'])).code).toBe(0);
  const skipped = Array.from({length: 6}, () => ({text: ''}));
  const model = at.script([
    ...skipped,
    {
      expect: [{contains: 'prompt number 1'}, {lacks: 'prompt number 2'}, {lacks: 'prompt number 3'}, {contains: 'another way'}],
      calls: [shell('echo other >> count.txt')],
    },
    {text: 'Done.'},
    {expect: [{contains: 'prompt number 3'}, {lacks: 'another way'}, {contains: 'once more'}], text: 'Back.'},
  ]);
  const other = await at.run(['resume', session, '-p', '--mode', 'full', '--model', model, 'another way']);
  expect([other.code, other.stdout], other.stderr).toEqual([0, 'Done.\n']);
  expect(countIn(worktree)).toBe('1other');
  const gone = await at.run(['rewind', session, '--to', '4']);
  expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('a rewind took it back')]);
  expect((await at.run(['rewind', session, '--undo'])).code).toBe(0);
  expect(countIn(worktree)).toBe('123');
  const back = await at.run(['resume', session, '-p', '--mode', 'full', 'once more']);
  expect([back.code, back.stdout], back.stderr).toEqual([0, 'Back.\n']);
  const verified = await at.run(['audit', 'verify', session]);
  expect(verified.code, verified.stdout).toBe(0);
});

test('the model is told where only one of the two went back', async () => {
  const at = journey();
  const {session} = await counted(at, 2);
  await at.run(['rewind', session, '--to', '2', '--files']);
  const model = at.script([
    ...Array.from({length: 4}, () => ({text: ''})),
    {expect: [{contains: 'took the files to how they were at the end of step 2'}], text: 'I see.'},
  ]);
  const done = await at.run(['resume', session, '-p', '--mode', 'full', '--model', model, 'look']);
  expect([done.code, done.stdout], done.stderr).toEqual([0, 'I see.\n']);
});

test('what somebody else changed since is asked about, and kept', async () => {
  const at = journey();
  const {session, worktree} = await counted(at, 2);
  appendFileSync(join(worktree, 'count.txt'), 'by hand\n');
  writeFileSync(join(worktree, 'own.txt'), 'mine\n');
  const refused = await at.run(['rewind', session, '--to', '2']);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('count.txt')]);
  expect(countIn(worktree)).toBe('12by hand');
  const done = await at.run(['rewind', session, '--to', '2', '--yes']);
  expect([done.code, countIn(worktree)], done.stderr).toEqual([0, '1']);
  expect((await at.run(['rewind', session, '--undo'])).code).toBe(0);
  expect([countIn(worktree), readFileSync(join(worktree, 'own.txt'), 'utf8')]).toEqual(['12by hand', 'mine\n']);
});

test('what somebody changed between two runs is no step of the session: it can be taken back, and the model is told', async () => {
  const at = journey();
  const {session, worktree} = await counted(at, 2);
  appendFileSync(join(worktree, 'count.txt'), 'by hand\n');
  expect((await at.run(['diff', session])).stdout).toContain('+by hand');
  expect(ofType(at.events(session), 'files.checkpointed').at(-1)?.by).toBe('other');
  const model = at.script([
    ...Array.from({length: 4}, () => ({text: ''})),
    {expect: [{contains: 'changed by somebody else since your last step: count.txt'}], text: 'I see.'},
  ]);
  const told = await at.run(['resume', session, '-p', '--mode', 'full', '--model', model, 'look']);
  expect([told.code, told.stdout], told.stderr).toEqual([0, 'I see.\n']);
  expect((await at.run(['rewind', session, '--to', '4', '--files'])).code).toBe(0);
  expect(countIn(worktree)).toBe('12');
  expect((await at.run(['rewind', session, '--undo'])).code).toBe(0);
  expect(countIn(worktree)).toBe('12by hand');
});

test('any order of rewinds and undos ends where a list of states says', async () => {
  const at = journey();
  const {session, worktree} = await counted(at, 3);
  const counts = ['', '1', '1', '12', '12', '123', '123'];
  const act = fc.oneof(fc.constant('undo' as const), fc.integer({min: 0, max: 6}));
  await fc.assert(
    fc.asyncProperty(fc.array(act, {minLength: 1, maxLength: 4}), async acts => {
      const before: string[] = [];
      for (const each of acts) {
        const now = countIn(worktree);
        const {code} = await at.run(['rewind', session, '--files', ...(each === 'undo' ? ['--undo'] : ['--to', String(each)])]);
        if (each !== 'undo') {
          expect([code, countIn(worktree)]).toEqual([0, counts[each]]);
          before.push(now);
        } else if (before.length > 0) expect([code, countIn(worktree)]).toEqual([0, before.pop()]);
      }
      while (before.length > 0) {
        expect((await at.run(['rewind', session, '--undo'])).code).toBe(0);
        expect(countIn(worktree)).toBe(before.pop());
      }
    }),
    {numRuns: 6},
  );
});

test('what makes no sense says why', async () => {
  const at = journey();
  const {session} = await counted(at, 1);
  for (const [args, words] of [
    [['--to', '9'], /no step 9: the newest is 2/],
    [['--undo'], /no rewind that could be taken back/],
    [[], /--to <step>, or --undo/],
    [['--to', '1', '--undo'], /--to <step>, or --undo/],
    [['--to', '1', '--files', '--talk'], /for both give neither/],
    [['--to', 'x'], /whole number/],
  ] as const) {
    const done = await at.run(['rewind', session, ...args]);
    expect([done.code, done.stderr], args.join(' ')).toEqual([2, expect.stringMatching(words)]);
  }
});

test('a discarded worktree is there again when files go back, and can be applied', async () => {
  const at = journey();
  const {session, worktree} = await counted(at, 2);
  expect((await at.run(['discard', session, '--yes'])).code).toBe(0);
  expect((await at.run(['rewind', session, '--to', '2'])).code).toBe(0);
  expect(countIn(worktree)).toBe('1');
  const applied = await at.run(['apply', session]);
  expect(applied.code, applied.stderr).toBe(0);
  expect(countIn(at.repo)).toBe('1');
});
