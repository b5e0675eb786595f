import {existsSync, readFileSync, rmSync, writeFileSync, renameSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import type {CallId, SessionId} from '../../../src/core/vocabulary/ids.ts';
import {startAgent} from '../../support/agent-process.ts';
import {captured} from './world.ts';
import {RerunWorld, shell, until} from './rerun-world.ts';

const likenesses = ({calls}: {calls: readonly {call: string; likeness: string}[]}) =>
  calls.map(({call, likeness}) => `${call} ${likeness}`);

describe('what comes out the same', () => {
  test('is taken away again, whole', async () => {
    const world = new RerunWorld();
    const id = await world.session([
      {text: 'I look.', calls: [shell('cat a.txt && echo oops >&2'), {tool: 'read', input: {path: 'a.txt'}}]},
      {calls: [{tool: 'edit', input: {path: 'a.txt', old: 'one', new: 'three'}}, shell('exit 3')]},
      {calls: [{tool: 'read_output', input: {output: '1.1'}}, {tool: 'read', input: {path: 'missing.txt'}}, shell('cat a.txt')]},
      {text: 'Done.'},
    ]);
    const before = {log: readFileSync(world.log(id)), sessions: world.sessions(), worktrees: world.worktrees()};
    const {code, out} = await world.rerun(id);
    expect(out).toContain('same: of 7 calls 7 same, 0 same but for volatile parts, 0 different; files differ after 0 of 1 step');
    expect(code).toBe(0);
    expect({log: readFileSync(world.log(id)), sessions: world.sessions(), worktrees: world.worktrees()}).toEqual(before);
  });

  test('stays with --keep, as a session whose log is proven', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell('echo x >b.txt')]}, {text: 'Done.'}]);
    const {code, rerun} = await world.compared(id, {keep: true});
    expect(code).toBe(0);
    expect(world.sessions()).toContain(rerun);
    expect(world.worktrees()).toContain(rerun);
    const {runCli} = await import('../../../src/surfaces/cli/cli.ts');
    const said = captured();
    expect(await runCli(['audit', 'verify', rerun!], world.program(), said.io), said.out() + said.err()).toBe(0);
  });

  test('also where the checkout has changed since, and where the session was in another folder of it', async () => {
    const world = new RerunWorld({'a.txt': 'one\n', 'sub/b.txt': 'b\n'});
    writeFileSync(join(world.at.repo, 'untracked.txt'), 'mine\n');
    const id = await world.session([{calls: [shell('pwd; cat b.txt ../untracked.txt; git log --oneline | wc -l')]}, {text: 'Done.'}], {
      more: {dir: join(world.at.repo, 'sub')},
    });
    rmSync(join(world.at.repo, 'untracked.txt'));
    writeFileSync(join(world.at.repo, 'sub/b.txt'), 'changed\n');
    world.at.git('commit', '--quiet', '--all', '--message', 'Later');
    expect(await world.compared(id)).toMatchObject({code: 0, likeness: 'volatile', calls: [{call: '1.1', likeness: 'volatile'}]});
  });

  test('in-place sessions are run again in a worktree, and the checkout stays as it is', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell(`cat a.txt; echo new >${world.at.repo}/a.txt; cat a.txt`)]}, {text: 'Done.'}], {
      more: {in_place: true},
    });
    writeFileSync(join(world.at.repo, 'a.txt'), 'later\n');
    expect(await world.compared(id)).toMatchObject({code: 0, likeness: 'same'});
    expect(readFileSync(join(world.at.repo, 'a.txt'), 'utf8')).toBe('later\n');
  });
});

describe('what is another one in each run', () => {
  test('times, process ids and paths are volatile; a file that holds only such ones, too', async () => {
    const world = new RerunWorld();
    const id = await world.session([
      {calls: [shell('date -u +%Y-%m-%dT%H:%M:%S.%NZ; echo "pid $$"; pwd; echo "took 0.$RANDOM s" >&2')]},
      {calls: [shell('date +%s%N >built.txt; echo kept >>built.txt')]},
      {text: 'Done.'},
    ]);
    const {code, ...found} = await world.compared(id);
    expect(found).toMatchObject({likeness: 'volatile', rerun: null, trees: [{step: 2, likeness: 'volatile'}]});
    expect(likenesses(found)).toEqual(['1.1 volatile', '2.1 same']);
    expect(code).toBe(0);
  });

  test('a call that names its own worktree, or the sha256 of an output, reaches those of the new session', async () => {
    const world = new RerunWorld();
    const opened = await world.open([
      {calls: [shell('date +%s%N; echo body')]},
      {calls: [{tool: 'read_output', input: {output: '{{sha}}'}}]},
      {text: 'Done.'},
    ]);
    await opened.session.close();
    const id = await world.session([{calls: [shell('date +%s%N; echo body; pwd')]}, {text: 'Done.'}]);
    const [finished] = world.records(id).flatMap(({event}) => (event.type === 'tool.finished' ? [event.outcome] : []));
    const sha = finished !== undefined && 'shown' in finished && finished.shown !== undefined ? finished.shown.blob : '';
    const root = world.records(id).flatMap(({event}) => (event.type === 'session.opened' ? [event.place.root] : []))[0]!;
    await world.resume(
      id,
      world.at.script([
        {},
        {},
        {calls: [{tool: 'read_output', input: {output: sha.slice(0, 12)}}, shell(`echo touched >${root}/own.txt; ls ${root}`)]},
        {text: 'Done.'},
      ]),
      [{type: 'prompt', text: 'More.'}],
    );
    rmSync(join(root, 'own.txt'));
    const found = await world.compared(id);
    expect(likenesses(found)).toEqual(['1.1 volatile', '3.1 volatile', '3.2 same']);
    expect(existsSync(join(root, 'own.txt'))).toBe(false);
  });
});

describe('what differs', () => {
  test('is shown from its first line on, ends with 6, and what was run again stays to be looked at', async () => {
    const world = new RerunWorld();
    const file = world.outside('given', 'alpha\nbeta\ngamma\n');
    const id = await world.session([
      {calls: [shell(`cat ${file}; cp ${file} copy.txt`)]},
      {calls: [shell('cat copy.txt')]},
      {text: 'Done.'},
    ]);
    world.outside('given', 'alpha\ndelta\ngamma\n');
    const {code, out} = await world.rerun(id);
    expect(code).toBe(6);
    expect(out).toContain('its output differs from line 2 on\n  @@ -1,3 +1,3 @@\n   alpha\n  -beta\n  +delta\n   gamma\n');
    expect(out).toContain('Files that differ after step 1, from then to now:\n  A copy.txt'.replace('A ', 'M '));
    expect(out).toContain('different: of 2 calls 0 same, 0 same but for volatile parts, 2 different; files differ after 1 of 1 step');
    const kept = world.sessions().find(other => other !== id)!;
    expect(out).toContain(`agent replay --compare ${id} ${kept}`);
    expect(world.worktrees()).toContain(kept);
  });

  test('a long output is compared to its end, in its volatile lines too', async () => {
    const world = new RerunWorld();
    const file = world.outside('last', 'a\n');
    const id = await world.session([{calls: [shell(`date +%s%N; seq 200000; cat ${file}; printf 'no end'`)]}, {text: 'Done.'}]);
    expect(await world.compared(id)).toMatchObject({code: 0, likeness: 'volatile'});
    world.outside('last', 'b\n');
    const {calls} = await world.compared(id);
    expect(calls[0]!.difference).toMatchObject({
      line: 200_002,
      was: ['a', expect.stringContaining('no end')],
      now: ['b', expect.stringContaining('no end')],
    });
  });

  test('an output that is not stored any more', async () => {
    const world = new RerunWorld();
    const file = world.outside('given', 'a\n');
    const id = await world.session([{calls: [shell(`cat ${file}`)]}, {text: 'Done.'}]);
    const finished = world
      .records(id)
      .flatMap(({event}) => (event.type === 'tool.finished' && event.outcome.kind === 'ran' ? [event.outcome.shown.blob] : []));
    await (await world.program().blobs()).remove(finished[0]!);
    expect(await world.compared(id)).toMatchObject({code: 0, likeness: 'same'});
    world.outside('given', 'b\n');
    await (await world.program().blobs()).remove(finished[0]!);
    expect(await world.compared(id)).toMatchObject({code: 6, calls: [{why: expect.stringContaining('cannot be read')}]});
  });

  test('a secret that was taken out of the log since is no part of a command', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell('echo hunter2-hunter2 >b.txt'), shell('cat a.txt')]}, {text: 'Done.'}]);
    await world.program().redact({id, value: 'hunter2-hunter2', all: false, confirm: async () => true});
    const {calls} = await world.compared(id);
    expect(calls.map(({likeness}) => likeness)).toEqual(['not-compared', 'same']);
  });

  test('what would be obeyed by a terminal is written out', async () => {
    const world = new RerunWorld();
    const file = world.outside('given', 'a\n');
    const id = await world.session([{calls: [shell(`cat ${file}`)]}, {text: 'Done.'}]);
    world.outside('given', '\u001b]0;title\u0007\u001b[2Jb\u202e\n');
    const {out} = await world.rerun(id);
    expect(out).toContain('+\\x1b]0;title\\x07\\x1b[2Jb\\u202e');
  });

  test('another end is told, and no later step is missed by it', async () => {
    const world = new RerunWorld();
    const file = world.outside('there', 'x\n');
    const id = await world.session([{calls: [shell(`cat ${file}`)]}, {calls: [shell('echo on')]}, {text: 'Done.'}]);
    rmSync(file);
    const found = await world.compared(id);
    expect(likenesses(found)).toEqual(['1.1 different', '2.1 same']);
    expect(found.calls[0]).toMatchObject({was: 'exit 0', now: 'exit 1', why: 'then exit 0, now exit 1'});
    expect(found.code).toBe(6);
  });
});

describe('what was allowed then may run now, and nothing else', () => {
  test('a call that was refused is refused again, whatever the rules are today', async () => {
    const world = new RerunWorld();
    const mark = world.outside('mark');
    const replies = [{calls: [shell(`echo x >${mark}`), shell('cat a.txt')]}, {text: 'Done.'}];
    const id = await world.session(replies, {more: {flags: {mode: 'ask'}}});
    expect(existsSync(mark)).toBe(false);
    const found = await world.compared(id);
    expect(existsSync(mark)).toBe(false);
    expect(found).toMatchObject({code: 0, likeness: 'same'});
    expect(found.calls.map(({now}) => now.split(':')[0])).toEqual(['refused', 'exit 0']);
  });

  test('what the user allowed is allowed again, what they refused is refused', async () => {
    const world = new RerunWorld();
    const [yes, no] = [world.outside('yes'), world.outside('no')];
    const id = await world.session([{calls: [shell(`echo x >>${yes}`), shell(`echo x >>${no}`)]}, {text: 'Done.'}], {
      more: {headless: false, flags: {mode: 'ask'}},
      during: async ({session}) => {
        await session.settled();
        await session.submit({type: 'answer', call: '1.1' as CallId, answer: 'allow'});
        await session.settled();
        await session.submit({type: 'answer', call: '1.2' as CallId, answer: 'deny', says: 'not there'});
      },
    });
    const found = await world.compared(id);
    expect(readFileSync(yes, 'utf8')).toBe('x\nx\n');
    expect(existsSync(no)).toBe(false);
    expect(found).toMatchObject({code: 0, likeness: 'same'});
  });

  test('a process is not ended by a number that it had then', async () => {
    const world = new RerunWorld();
    const id = await world.session([
      {calls: [shell('kill -0 999999999 2>/dev/null; echo $?'), shell('kill -s TERM -- -999999998 2>/dev/null || true')]},
      {text: 'Done.'},
    ]);
    const found = await world.compared(id);
    expect(likenesses(found)).toEqual(['1.1 not-compared', '1.2 not-compared']);
    expect(found.calls[0]!.why).toMatch('999999999 may be any process by now');
  });

  test('nobody there to ask: 4, and nothing was run', async () => {
    const world = new RerunWorld();
    const mark = world.outside('mark');
    const id = await world.session([{calls: [shell(`echo x >>${mark}`)]}, {text: 'Done.'}]);
    const {code, err} = await world.rerun(id, captured(), {yes: false});
    expect(code).toBe(4);
    expect(err).toMatch(/nobody is there to ask.*\nNothing was run.*--yes/);
    expect(readFileSync(mark, 'utf8')).toBe('x\n');
    expect(world.sessions()).toEqual([id]);
  });

  test.each([
    ['n\n', 1, 'x\n'],
    ['y\n', 0, 'x\nx\n'],
  ])('asked on the terminal, %j', async (answers, expected, marked) => {
    const world = new RerunWorld();
    const mark = world.outside('mark');
    const id = await world.session([{calls: [shell(`echo x >>${mark}`)]}, {text: 'Done.'}]);
    const {code, err} = await world.rerun(id, captured({terminal: true, answers}), {yes: false});
    expect(err).toContain(`  shell echo x >>${mark}`);
    expect(code).toBe(expected);
    expect(readFileSync(mark, 'utf8')).toBe(marked);
  });

  test('what only reads is not asked about', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell('cat a.txt'), {tool: 'read', input: {path: 'a.txt'}}]}, {text: 'Done.'}]);
    expect((await world.rerun(id, captured(), {yes: false})).code).toBe(0);
  });
});

describe('what came from outside comes again, at its place', () => {
  test('steering while a call runs', async () => {
    const world = new RerunWorld();
    const id = await world.session(
      [{calls: [shell('sleep 0.5; echo slept')]}, {text: 'As you say.', calls: [shell('echo steered')]}, {text: 'Done.'}],
      {
        during: async opened => {
          await until(opened, 'tool.started');
          await opened.session.submit({type: 'steer', text: 'Rather this.'});
        },
      },
    );
    const found = await world.compared(id, {keep: true});
    expect(found).toMatchObject({code: 0, likeness: 'same', stuck: null});
    const said = (session: string) =>
      world.records(session).flatMap(({event}) => (event.type === 'user.prompted' || event.type === 'user.steered' ? [event.text] : []));
    expect(said(found.rerun!)).toEqual(said(id));
  });

  test('an interruption, after about as long', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell('echo begun; sleep 60'), shell('echo never >never.txt')]}], {
      during: async opened => {
        await until(opened, 'process.spawned');
        await delay(300);
        await opened.session.submit({type: 'interrupt'});
      },
    });
    await world.resume(id, world.at.script([{}, {calls: [shell('echo after')]}, {text: 'Done.'}]), [{type: 'prompt', text: 'Go on.'}]);
    const found = await world.compared(id);
    expect(likenesses(found)).toEqual(['1.1 not-compared', '1.2 same', '2.1 same']);
    expect(found).toMatchObject({
      code: 0,
      stuck: null,
      calls: [{now: 'interrupted', why: 'it was interrupted then'}, {now: 'not run'}, {now: 'exit 0'}],
    });
  });

  test('another run of the program: background commands of the one before are gone', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell('sleep 100 & echo $! >pid; echo started')]}, {text: 'Done.'}]);
    await world.resume(
      id,
      world.at.script([{}, {}, {calls: [shell('kill -0 "$(cat pid)" 2>/dev/null && echo alive || echo gone')]}, {text: 'Done.'}]),
      [{type: 'prompt', text: 'Still there?'}],
    );
    const found = await world.compared(id);
    expect(found.calls.map(({call, was, likeness}) => `${call} ${was} ${likeness}`)).toEqual(['1.1 exit 0 same', '3.1 exit 0 same']);
  });

  test('background commands are counted anew in each run, and have the time that they had', async () => {
    const world = new RerunWorld();
    const serve = (word: string) => ({
      tool: 'shell',
      input: {command: `sleep 0.4; echo ${word} >ready; echo ${word}; sleep 100`, background: true},
    });
    const id = await world.session([{calls: [serve('one')]}, {calls: [shell('cat ready')], delay_ms: 1_200}, {text: 'Done.'}]);
    await world.resume(
      id,
      world.at.script([
        {},
        {},
        {},
        {calls: [serve('two')]},
        {calls: [{tool: 'shell', input: {read: 'bg1', timeout_s: 5}}, shell('cat ready')], delay_ms: 1_200},
        {text: 'Done.'},
      ]),
      [{type: 'prompt', text: 'Again.'}],
    );
    const found = await world.compared(id);
    expect(likenesses(found).filter(one => !one.endsWith(' volatile'))).toEqual([
      '1.1 same',
      '2.1 same',
      '4.1 same',
      '5.1 same',
      '5.2 same',
    ]);
  });

  test('a call that nobody saw the end of: it runs, and is not compared', async () => {
    const world = new RerunWorld();
    const model = world.at.script([
      {calls: [shell('echo half >half.txt; [ -e stop ] || sleep 3')]},
      {calls: [shell('cat half.txt')]},
      {text: 'Done.'},
    ]);
    const started = startAgent(['-p', '--mode', 'full', '--model', model, 'Do it.'], {cwd: world.at.repo, env: world.at.env});
    await started.until(
      () => world.sessions().some(id => existsSync(world.log(id)) && readFileSync(world.log(id), 'utf8').includes('"process.spawned"')),
      'the call',
    );
    started.child.kill('SIGKILL');
    await started.ended;
    const id = world.sessions()[0] as SessionId;
    await world.resume(id, model, []);
    const found = await world.compared(id);
    expect(found).toMatchObject({
      code: 0,
      stuck: null,
      calls: [
        {call: '1.1', was: 'outcome unknown', now: 'exit 0', likeness: 'not-compared'},
        {call: '2.1', likeness: 'same'},
      ],
    });
  });

  test('a session that was run again can be run again', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell('echo x >b.txt')]}, {text: 'Done.'}]);
    const {rerun} = await world.compared(id, {keep: true});
    expect(await world.compared(rerun as SessionId)).toMatchObject({code: 0, likeness: 'same', calls: [{call: '1.1'}]});
  });

  test('a secret is masked then as now', async () => {
    const world = new RerunWorld();
    writeFileSync(join(world.at.repo, '.env'), 'SHOP_API_TOKEN=hunter2-hunter2-hunter2\n');
    const id = await world.session([{calls: [shell('cat .env')]}, {text: 'Done.'}]);
    const {code, ...found} = await world.compared(id);
    expect(found).toMatchObject({likeness: 'same'});
    expect(code).toBe(0);
  });

  test('requests that failed: tried again, made smaller, given up', async () => {
    const world = new RerunWorld();
    const id = await world.session([
      {
        calls: [shell('for i in $(seq 300); do echo $i | sha256sum; done | tee b.txt')],
        fail: {code: 'overloaded', retryable: true, retry_after_ms: 10, times: 1},
      },
      {calls: [shell('echo 2 >>b.txt')], fail: {code: 'context-overflow', times: 1}},
      {text: 'Never.', fail: {code: 'auth'}},
    ]);
    await world.resume(id, world.at.script([{}, {}, {}, {calls: [shell('cat b.txt')]}, {text: 'Done.'}]), [
      {type: 'prompt', text: 'Again.'},
    ]);
    const found = await world.compared(id);
    expect(found).toMatchObject({code: 0, likeness: 'same', stuck: null});
    expect(likenesses(found).map(one => one.split(' ')[1])).toEqual(['same', 'same', 'same']);
  });

  test('an interruption while the model is waited for', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell('echo 1 >b.txt')]}, {text: 'Late.', delay_ms: 60_000}], {
      during: async opened => {
        await until(opened, 'tool.finished');
        await until(opened, 'context.assembled');
        await opened.session.submit({type: 'interrupt'});
      },
    });
    await world.resume(id, world.at.script([{}, {}, {calls: [shell('cat b.txt')]}, {text: 'Done.'}]), [{type: 'prompt', text: 'Again.'}]);
    expect(await world.compared(id)).toMatchObject({code: 0, likeness: 'same', stuck: null, calls: [{call: '1.1'}, {call: '3.1'}]});
  });

  test('a command that ran out of time, and calls at the same time', async () => {
    const world = new RerunWorld();
    const id = await world.session([
      {calls: [shell('cat a.txt; sleep 0.3'), {tool: 'grep', input: {pattern: 'two'}}, shell('cat a.txt')]},
      {calls: [shell('echo begun; sleep 60', {timeout_s: 0.5})]},
      {text: 'Done.'},
    ]);
    expect(await world.compared(id)).toMatchObject({
      code: 0,
      likeness: 'same',
      stuck: null,
      calls: [{}, {}, {}, {was: 'timed out', now: 'timed out'}],
    });
  });

  test('a limit that ended the turn', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell('echo 1')]}, {calls: [shell('echo 2')]}, {text: 'Done.'}], {
      more: {flags: {limits: {steps: 2}}},
    });
    await world.resume(id, world.at.script([{}, {}, {calls: [shell('echo 3')]}, {text: 'Done.'}]), [{type: 'prompt', text: 'Go on.'}]);
    expect(likenesses(await world.compared(id))).toEqual(['1.1 same', '2.1 same', '3.1 same']);
  });

  test('files that the user changed by hand between two runs', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell('echo x >b.txt')]}, {text: 'Done.'}]);
    const root = world.records(id).flatMap(({event}) => (event.type === 'session.opened' ? [event.place.root] : []))[0]!;
    writeFileSync(join(root, 'b.txt'), 'by hand\n');
    const {runCli} = await import('../../../src/surfaces/cli/cli.ts');
    await runCli(['diff', id], world.program(), captured().io);
    await world.resume(id, world.at.script([{}, {}, {calls: [shell('cat b.txt')]}, {text: 'Done.'}]), [{type: 'prompt', text: 'Look.'}]);
    expect(await world.compared(id)).toMatchObject({code: 0, likeness: 'same', calls: [{}, {call: '3.1', likeness: 'same'}]});
  });

  test('a rewind of the files, and its undoing', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell('date +%s%N >b.txt')]}, {calls: [shell('date +%s%N >>b.txt')]}, {text: 'Done.'}]);
    const program = world.program();
    await program.rewind(id, {to: {step: 1}, what: 'both', force: false});
    await world.resume(id, world.at.script([{}, {}, {}, {calls: [shell('wc -l <b.txt')]}, {text: 'Done.'}]), [
      {type: 'prompt', text: 'How many?'},
    ]);
    await program.rewind(id, {to: {step: 0}, what: 'files', force: false});
    await program.rewind(id, {to: 'undo', what: 'files', force: false});
    await world.resume(id, world.at.script([{}, {}, {}, {}, {}, {calls: [shell('wc -l <b.txt')]}, {text: 'Done.'}]), [
      {type: 'prompt', text: 'And now?'},
    ]);
    const found = await world.compared(id);
    expect(found).toMatchObject({code: 0, likeness: 'volatile', stuck: null, notes: []});
    expect(likenesses(found)).toEqual(['1.1 same', '2.1 same', '4.1 same', '6.1 same']);
  });

  test('a fork, from its first tree through its parent and on', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell('echo x >b.txt')]}, {calls: [shell('echo y >>b.txt')]}, {text: 'Done.'}]);
    const fork = await world.program().fork(id, {step: 1, edit: null});
    await world.resume(fork.id, world.at.script([{}, {calls: [shell('cat b.txt; pwd')]}, {text: 'Done.'}]), [
      {type: 'prompt', text: 'Go on.'},
    ]);
    const found = await world.compared(fork.id);
    expect(found).toMatchObject({code: 0, stuck: null});
    expect(likenesses(found)).toEqual(['1.1 same', '2.1 volatile']);
  });
});

test('every beginning of a session comes about again', async () => {
  const world = new RerunWorld();
  const opened = await world.open([
    {calls: [shell('echo 1 >b.txt; sleep 0.2'), shell('cat b.txt'), {tool: 'read', input: {path: 'none'}}]},
    {calls: [shell('exit 2')]},
    {text: 'Done.'},
  ]);
  await opened.session.submit({type: 'prompt', text: 'Do it.'});
  await until(opened, 'process.spawned');
  await opened.session.submit({type: 'steer', text: 'Quickly.'});
  await opened.session.settled();
  await opened.session.close();
  await world.resume(opened.id, world.at.script([{}, {}, {}, {calls: [shell('cat b.txt')]}, {text: 'Done.'}]), [
    {type: 'prompt', text: 'More.'},
  ]);
  const lines = readFileSync(world.log(opened.id), 'utf8').split('\n').slice(0, -1);
  const from = lines.findIndex(line => line.includes('"worktree.prepared"')) + 1;
  expect(from).toBeGreaterThan(0);
  for (let length = lines.length; length >= from; length -= 3) {
    writeFileSync(
      world.log(opened.id),
      lines
        .slice(0, length)
        .map(line => `${line}\n`)
        .join(''),
    );
    const found = await world.compared(opened.id);
    expect({length, stuck: found.stuck, likeness: found.likeness, last: lines[length - 1]}).toMatchObject({stuck: null, likeness: 'same'});
  }
});

describe('what cannot be run again says why', () => {
  test('a session without a step', async () => {
    const world = new RerunWorld();
    const {id, session} = await world.open([{text: 'Done.'}]);
    await session.close();
    expect(await world.rerun(id)).toMatchObject({code: 2, err: expect.stringMatching(/has no step yet that could be run again/)});
  });

  test('one outside of any repository', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell('echo x')]}, {text: 'Done.'}], {more: {dir: world.at.root, in_place: true}});
    expect(await world.rerun(id)).toMatchObject({code: 2, err: expect.stringMatching(/outside of any git repository/)});
  });

  test('one whose repository is gone', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell('echo x')]}, {text: 'Done.'}]);
    renameSync(world.at.repo, `${world.at.repo}-moved`);
    expect(await world.rerun(id, captured(), {dir: world.at.root})).toMatchObject({
      code: 1,
      err: expect.stringMatching(/is not there any more/),
    });
    expect(world.sessions()).toEqual([id]);
  });

  test('one whose checkpoints are gone', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell('echo x')]}, {text: 'Done.'}]);
    rmSync(join(world.at.home, 'checkpoints'), {recursive: true});
    expect(await world.rerun(id)).toMatchObject({code: 1, err: expect.stringMatching(/are not among the checkpoints any more/)});
    expect(world.sessions()).toEqual([id]);
  });

  test('a worktree whose commit was collected stands at that of the checkout', async () => {
    const world = new RerunWorld();
    const id = await world.session([{calls: [shell('cat a.txt')]}, {text: 'Done.'}]);
    world.at.git(
      'worktree',
      'remove',
      '--force',
      world.records(id).flatMap(({event}) => (event.type === 'session.opened' ? [event.place.root] : []))[0]!,
    );
    world.at.git('commit', '--quiet', '--amend', '--message', 'Another');
    world.at.git('reflog', 'expire', '--expire=now', '--all');
    world.at.git('gc', '--quiet', '--prune=now');
    expect(await world.compared(id)).toMatchObject({code: 0, likeness: 'same'});
  });
});

test('stopped in the middle: nothing runs any more, and nothing stays', async () => {
  const world = new RerunWorld();
  const id = await world.session([
    {calls: [shell('sleep 0.1; [ -e b.txt ] || sleep "$(cat ../../../../delay 2>/dev/null || echo 0)"')]},
    {text: 'Done.'},
  ]);
  writeFileSync(join(world.at.root, 'delay'), '60');
  const stop = new AbortController();
  const running = world.program().rerun(id, {keep: false, approve: async () => true, stop: stop.signal});
  await delay(1_500);
  stop.abort();
  expect(await running).toEqual({kind: 'interrupted', rerun: null});
  expect(world.sessions()).toEqual([id]);
  expect(world.worktrees()).toEqual([id]);
});
