import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {Program} from '../../../src/agent/program.ts';
import type {ExitCode} from '../../../src/agent/stop.ts';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {compose} from '../../../src/main/compose.ts';
import {explain} from '../../../src/surfaces/cli/failures.ts';
import {compareSessions} from '../../../src/surfaces/cli/replay-compare.ts';
import {widthOf} from '../../../src/surfaces/cli/format/width.ts';
import {makeRepository} from '../../support/git-repository.ts';
import {captured, type Said} from './world.ts';
import {RerunWorld, shell} from './rerun-world.ts';

type Options = {plain?: boolean; json?: boolean; columns?: number; terminal?: boolean};

async function compare(
  program: Program,
  left: string,
  right: string,
  {plain = false, json = false, columns = 120, terminal = true}: Options = {},
): Promise<Said> {
  const {io, out, err} = captured({terminal, columns, env: {NO_COLOR: '1'}});
  let code: ExitCode;
  try {
    code = await compareSessions({left, right, dir: program.cwd, plain, json}, program, io);
  } catch (error) {
    const failure = explain(error);
    io.progress(failure.message);
    ({code} = failure);
  }
  return {code, out: out(), err: err()};
}

/** A session, and a fork of it after its first step that goes another way. */
async function parentAndFork(): Promise<{world: RerunWorld; parent: SessionId; fork: SessionId}> {
  const world = new RerunWorld();
  const parent = await world.session([
    {text: 'First I look.', calls: [shell('echo x >b.txt')]},
    {calls: [shell('echo left >>b.txt')], usage: {input: 1_500, output: 20}},
    {text: 'Done on the left.', usage: {input: 1_600, output: 30}},
  ]);
  const {id: fork} = await world.program().fork(parent, {step: 1, edit: null});
  await world.resume(
    fork,
    world.at.script([{}, {calls: [shell('echo right >>b.txt; echo \u001b[31mred')]}, {text: 'Done on the right.'}]),
    [],
  );
  return {world, parent, fork};
}

describe('a fork beside its parent', () => {
  test('side by side where there is room', async () => {
    const {world, parent, fork} = await parentAndFork();
    const {code, out} = await compare(world.program(), parent, fork);
    expect(code).toBe(0);
    const lines = out.split('\n');
    expect(lines[0]).toBe(`left   ${parent}  Do it.`);
    expect(lines[2]).toMatch(/^The first step went the same; they share their first \d+ records, byte for byte\.$/);
    const beside = (left: string, right: string) => lines.some(line => line.startsWith(left) && line.slice(58).includes(`│ ${right}`));
    expect(beside('step 2', 'step 2'), out).toBe(true);
    expect(beside('* 2.1 shell echo left >>b.txt', '* 2.1 shell echo right >>b.txt'), out).toBe(true);
    expect(beside('Done on the left.', 'Done on the right.'), out).toBe(true);
    expect(out).toContain('They end with files that differ (from left to right): 1 file, +1 -1\n  M b.txt +1 -1');
    expect(lines.filter(line => widthOf(line) > 120)).toEqual([]);
    expect(out).not.toContain('\u001b');
  });

  test.each([{plain: true}, {columns: 60}, {terminal: false}])('one below the other: %j', async options => {
    const {world, parent, fork} = await parentAndFork();
    const {out} = await compare(world.program(), parent, fork, options);
    expect(out).toMatch(/^< step 2\n(?: {2}.*\n)+> step 2\n(?: {2}.*\n)+\n< step 3\n {2}Done on the left\.\n/m);
    expect(out).toMatch(new RegExp(`^< ${parent}: 3 steps, 2 calls\\n`, 'm'));
  });

  test('as JSON', async () => {
    const {world, parent, fork} = await parentAndFork();
    const found = JSON.parse((await compare(world.program(), parent, fork, {json: true})).out);
    expect(found).toMatchObject({
      v: 1,
      common: {steps: 1},
      left: {
        session: parent,
        steps: [
          {step: 2, calls: [{call: '2.1', tool: 'shell', outcome: 'ran', exit: 0}], usage: {input: 1_500}},
          {step: 3, answer: 'Done on the left.'},
        ],
      },
      right: {session: fork, steps: [{step: 2}, {step: 3, answer: 'Done on the right.'}]},
      files: [{path: 'b.txt', change: 'modified', added: 1, removed: 1}],
      files_unknown: null,
    });
    expect(found.common.records).toBeGreaterThan(5);
  });
});

test('two sessions that went the same', async () => {
  const world = new RerunWorld();
  const replies = [{calls: [shell('echo x >b.txt')]}, {text: 'Done.'}];
  const [one, two] = [await world.session(replies), await world.session(replies)];
  const {code, out} = await compare(world.program(), one, two);
  expect(code).toBe(0);
  expect(out).toContain('The first 2 steps went the same.\n\nThey went the same, step by step.\nThey end with the same files.\n');
});

test('two of different repositories: their files cannot be compared', async () => {
  const world = new RerunWorld();
  const one = await world.session([{calls: [shell('echo x >b.txt')]}, {text: 'Done.'}]);
  const other = makeRepository(join(world.at.root, 'other'), {'c.txt': 'c\n'});
  const two = await world.session([{calls: [shell('echo y >b.txt')]}, {text: 'Done.'}], {more: {dir: other}});
  const {code, out} = await compare(world.program(), one, two);
  expect(code).toBe(0);
  expect(out).toContain('They part from the beginning.');
  expect(out).toContain('How their files differ is not known: they are of different repositories.');
});

test('one that has not begun', async () => {
  const world = new RerunWorld();
  const one = await world.session([{text: 'Done.'}]);
  const {id, session} = await world.open([{text: 'Done.'}]);
  await session.close();
  const {code, out} = await compare(world.program(), one, id);
  expect(code).toBe(0);
  expect(out).toContain('How their files differ is not known: one of them has no files yet.');
});

describe('bad input', () => {
  test('ends with 2 and says what to type', async () => {
    const world = new RerunWorld();
    const id = await world.session([{text: 'Done.'}]);
    expect(await compare(world.program(), id, id.slice(0, 6))).toMatchObject({
      code: 2,
      err: expect.stringContaining(`Both name session ${id}`),
    });
    expect(await compare(world.program(), id, 'zzzz')).toMatchObject({
      code: 2,
      err: expect.stringContaining('No session\'s id begins with "zzzz"'),
    });
  });

  test('a damaged log is named', async () => {
    const world = new RerunWorld();
    const [one, two] = [await world.session([{text: 'Done.'}]), await world.session([{text: 'Done.'}])];
    writeFileSync(world.log(two), '{}\n{}\n');
    expect(await compare(compose({env: world.at.env, cwd: world.at.repo}), one, two)).toMatchObject({
      code: 1,
      err: expect.stringContaining(two),
    });
  });
});
