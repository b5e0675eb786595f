import {appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import {makeRepository} from '../../support/git-repository.ts';
import {idOf, plainSession, writeSession} from '../../support/many-sessions.ts';
import {CliWorld} from './world.ts';

describe('sessions', () => {
  const world = new CliWorld();
  const other = makeRepository(join(world.root, 'other'), {'o.txt': 'o\n'});
  const logOf = (id: string) => join(world.env['AGENT_HOME'] ?? '', 'sessions', id, 'log.jsonl');
  let first = '';
  let second = '';
  const listed = async (...words: string[]) =>
    JSON.parse((await world.run(['sessions', '--json', ...words])).out) as {
      v: number;
      sessions: {id: string; title: string; state: string; steps: number}[];
      more: boolean;
    };

  beforeAll(async () => {
    first = await world.session({prompt: 'Fix the \u001b[31mred\u001b[0m one\nwith care', commands: ['true']});
    second = await world.session({prompt: 'And the other'});
  });
  afterAll(() => world.remove());

  test('are listed, the newest first, on one clean line each', async () => {
    const {code, out, err} = await world.run(['sessions']);
    expect({code, err}).toEqual({code: 0, err: ''});
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(new RegExp(`^${second}  just now  And the other +1  scripted:.*  done$`));
    expect(lines[2]).toMatch(new RegExp(`^${first}  just now  Fix the red one +2  `));
    expect((await world.run(['sessions', 'list'])).out).toBe(out);
  });

  test('fit the terminal, with the part of the id that is enough standing out', async () => {
    const {out} = await world.run(['sessions'], {terminal: true, columns: 60});
    expect(out).toContain(`\u001b[1m${second.slice(0, 4)}\u001b[22m\u001b[2m${second.slice(4)}\u001b[22m`);
  });

  test('as JSON, in part, of every repository', async () => {
    expect(await listed()).toMatchObject({
      v: 1,
      sessions: [
        {id: second, title: 'And the other', state: 'done', steps: 1},
        {id: first, steps: 2},
      ],
      more: false,
    });
    expect(await listed('--limit', '1')).toMatchObject({sessions: [{id: second}], more: true});
    expect(await world.run(['sessions'], {cwd: other})).toEqual({
      code: 0,
      out: '',
      err: 'No session of this repository yet. Start one: agent "what to do"; see all: agent sessions --all\n',
    });
    expect((await world.run(['sessions', '--all'], {cwd: other})).out).toContain(world.repo);
  });

  test('one is shown', async () => {
    const {code, out} = await world.run(['sessions', 'show', first.slice(0, 4)]);
    expect(code).toBe(0);
    expect(out).toContain(`${first}  Fix the red one\nstate    done · 1 prompt · 2 steps\n`);
    expect(out).toContain('tokens   1,900 in (1,100 cached), 50 out');
    expect(out).toContain('0 files changed');
    const json = JSON.parse((await world.run(['sessions', 'show', '--last', '--json'])).out) as object;
    expect(json).toMatchObject({
      v: 1,
      id: second,
      state: 'done',
      repo: world.repo,
      usage: {input: 1000, output: 10, cached: 800},
      files: [],
      damaged: null,
    });
  });

  test('a folder, or a model, whose name a terminal would obey is written out', async () => {
    const home = world.env['AGENT_HOME'] ?? '';
    const id = idOf(1);
    const evil = (text: string) => `${text}\u001b]0;x\u0007\u202eb`;
    const [opened, ...rest] = plainSession({id, root: evil('/a/'), prompt: 'Look'}) as [Extract<SessionEvent, {type: 'session.opened'}>];
    writeSession(home, id, [{...opened, settings: {...opened.settings, model: evil('m')}}, ...rest]);
    for (const words of [
      ['sessions', '--all'],
      ['sessions', 'show', id],
    ]) {
      const {out} = await world.run(words);
      for (const what of ['/a/', 'm']) expect(out).toContain(`${what}${String.raw`\x1b]0;x\x07\u202eb`}`);
      expect(out).not.toMatch(/[\u001b\u0007\u202e]/);
    }
    rmSync(join(logOf(id), '..'), {recursive: true});
  });

  test('a prefix that several share names them', async () => {
    const twin = `${first.slice(0, 6)}${first[6] === 'z' ? 'yyyy' : 'zzzz'}`;
    mkdirSync(join(logOf(twin), '..'));
    writeFileSync(logOf(twin), '');
    const {code, err} = await world.run(['sessions', 'show', first.slice(0, 6)]);
    expect(code).toBe(2);
    expect(err).toContain(`2 sessions begin with "${first.slice(0, 6)}":\n`);
    expect(err).toContain(`  ${first}  just now  Fix the red one\n`);
    expect((await world.run(['sessions', 'show', first.slice(0, 7)])).code).toBe(0);
    await world.run(['sessions', 'rm', twin, '--yes']);
    expect(existsSync(logOf(twin))).toBe(false);
  });

  test('one gets another title, on its log', async () => {
    expect(await world.run(['sessions', 'rename', second, 'The', 'good\none'])).toEqual({
      code: 0,
      out: '',
      err: `${second} is now called: The good one\n`,
    });
    expect((await listed()).sessions.find(({id}) => id === second)?.title).toBe('The good one');
    expect((await world.run(['sessions', 'rename', second, ' \u0007 '])).code).toBe(2);
  });

  test('one that is open elsewhere is refused, and shown as open', async () => {
    const {log} = await (await world.program().catalogue()).open(second as never);
    try {
      for (const line of [
        ['rename', second, 'x'],
        ['rm', second, '--yes'],
      ]) {
        const {code, err} = await world.run(['sessions', ...line]);
        expect([code, err]).toEqual([1, expect.stringContaining('open in another process') as string]);
      }
      expect((await listed()).sessions.find(({id}) => id === second)?.state).toBe('open');
      expect((await world.run(['diff', second])).code).toBe(0);
      expect((await world.run(['apply', second])).code).toBe(1);
    } finally {
      await log.close();
    }
  });

  test('a damaged log is listed as such with its line, and breaks nothing', async () => {
    const damaged = await world.session({prompt: 'Soon damaged'});
    const lines = readFileSync(logOf(damaged), 'utf8').split('\n');
    lines[3] = lines[3]?.replace('"v":1', '"v":7') ?? '';
    writeFileSync(logOf(damaged), lines.join('\n'));
    const {code, out, err} = await world.run(['sessions']);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`${damaged}.*damaged\n`));
    expect(out).toContain(first);
    expect(err).toContain(`${damaged} is damaged: ${logOf(damaged)}, line 4: `);
    const shown = await world.run(['sessions', 'show', damaged]);
    expect([shown.code, shown.err]).toEqual([1, expect.stringContaining('line 4') as string]);
    expect((await world.run(['stats'])).err).toContain('line 4');
    const renamed = await world.run(['sessions', 'rename', damaged, 'New']);
    expect([renamed.code, renamed.err]).toEqual([1, expect.stringContaining(`agent sessions repair ${damaged}`)]);
    expect(readFileSync(logOf(damaged), 'utf8')).toBe(lines.join('\n'));
    expect((await world.run(['worktrees', 'prune', '--yes'])).code).toBe(0);
  });

  test('removing asks, and takes the worktree too', async () => {
    const id = await world.session({commands: ['echo 1 > gone.txt']});
    const root = (await world.run(['worktrees', 'open', id])).out.trim();
    expect((await world.run(['sessions', 'rm', id])).code).toBe(2);
    expect((await world.run(['sessions', 'rm', id], {terminal: true, answers: 'no\n'})).code).toBe(1);
    expect(existsSync(root)).toBe(true);
    const {code, err} = await world.run(['sessions', 'rm', id.slice(0, 5), id], {terminal: true, answers: 'yes\n'});
    expect([code, err]).toEqual([0, expect.stringContaining(`Removed ${id}.\n`) as string]);
    expect([existsSync(root), existsSync(logOf(id))]).toEqual([false, false]);
    expect((await world.run(['sessions', 'rm', 'nosuch', '--yes'])).code).toBe(2);
  });

  test('a session that a crash ended is unfinished, torn tail or not', async () => {
    const id = await world.session({commands: ['true']});
    const lines = readFileSync(logOf(id), 'utf8').split('\n');
    const cut = lines.findIndex(line => line.includes('"tool.started"'));
    writeFileSync(logOf(id), `${lines.slice(0, cut).join('\n')}\n`);
    appendFileSync(logOf(id), '{"v":1,"seq":');
    expect((await listed()).sessions.find(session => session.id === id)?.state).toBe('unfinished');
  });
});

describe('stats', () => {
  const world = new CliWorld();
  afterAll(() => world.remove());

  test('sum what the logs say, by day, session and model', async () => {
    expect((await world.run(['stats'])).err).toContain('No session');
    const flood = await world.session({commands: ['i=0; while [ $i -lt 3000 ]; do echo "line $i of a long output"; i=$((i+1)); done']});
    const quiet = await world.session();
    type Row = {
      key: string;
      sessions: number;
      steps: number;
      calls: number;
      input: number;
      cached: number;
      output: number;
      saved: number;
      shortened: number;
    };
    const stats = async (...words: string[]) =>
      JSON.parse((await world.run(['stats', '--json', ...words])).out) as {rows: Row[]; total: Row};
    const {rows, total} = await stats('--by', 'session');
    expect(
      rows.map(({key, sessions, steps, calls, input, cached, output}) => ({key, sessions, steps, calls, input, cached, output})),
    ).toEqual([
      {key: flood, sessions: 1, steps: 2, calls: 1, input: 1900, cached: 1100, output: 50},
      {key: quiet, sessions: 1, steps: 1, calls: 0, input: 1000, cached: 800, output: 10},
    ]);
    expect(total).toMatchObject({sessions: 2, steps: 3, calls: 1, input: 2900, cached: 1900, output: 60});
    expect(total.saved).toBeGreaterThan(10_000);
    expect(rows.map(({saved, shortened}) => [saved, shortened])).toEqual([
      [total.saved, 1],
      [0, 0],
    ]);
    expect(JSON.parse((await world.run(['audit', flood, '--json'])).out)).toMatchObject({total: {saved: total.saved}});
    for (const by of ['day', 'model']) {
      const grouped = await stats('--by', by);
      expect([grouped.rows.length, grouped.total]).toEqual([1, total]);
    }
    expect((await stats('--since', '1h')).total).toEqual(total);
    expect((await stats('--since', '2999-01-01')).rows).toEqual([]);
    const {out} = await world.run(['stats']);
    expect(out).toMatch(/^day \(UTC\) +sessions +steps +calls +in +cached +out +cost +saved +model +tools\n/);
    expect(out).toMatch(/\ntotal +2 +3 +1 +2\.9k +66 % +60 /);
    expect(out).toMatch(/\n\nAbout [\d,]+ tokens saved by truncation, of 1 shortened output\. Which ones: agent audit\n$/);
  });
});
