import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {put} from '../../support/git-repository.ts';
import {readHomeGrants} from '../../../src/adapters/session/home-grants.ts';
import {CliWorld} from './world.ts';

describe('models', () => {
  const world = new CliWorld();
  afterAll(() => world.remove());
  const script = (name: string, reply: object): string => {
    const file = join(world.root, `${name}.json`);
    writeFileSync(file, JSON.stringify({window: 9000, replies: [reply]}));
    return `scripted:${file}`;
  };
  const calling = (input: object) => ({calls: [{tool: 'report', input}], usage: {input: 120, output: 8, cached: 20}});

  test('one that calls the tool works', async () => {
    const name = script('good', {...calling({word: 'hippocampus'}), text: 'Calling.'});
    const {code, out} = await world.run(['models', 'test', name]);
    expect(code).toBe(0);
    expect(out).toContain(': works\n');
    expect(out).toContain('✓ tool calling   called as asked\n');
    expect(out).toContain('✓ usage          120 in (20 cached), 8 out\n');
    expect(out).toContain('✓ context window 9,000 tokens\n');
    const json = JSON.parse((await world.run(['models', 'test', name, '--json'])).out) as object;
    expect(json).toMatchObject({v: 1, ok: true, tool_call: 'right', usage: {input: 120, output: 8, cached: 20}, failure: null});
  });

  test.each([
    ['silent', {text: 'I would rather talk.'}, 'the tool was not called'],
    ['wrong', calling({word: 'cortex'}), 'called with wrong arguments'],
    ['broken', {fail: {code: 'auth', message: 'bad key', retryable: false}}, 'bad key (auth'],
  ])('one that is %s does not', async (name, reply, expected) => {
    const {code, out} = await world.run(['models', 'test', script(name, reply)]);
    expect(code).toBe(1);
    expect(out).toContain(': does not work for the agent\n');
    expect(out).toContain(expected);
  });

  test('one that cannot be opened is a matter of configuration', async () =>
    expect((await world.run(['models', 'test', 'scripted:/nowhere.json'])).code).toBe(3));

  test('those that are found are listed, and the usual one is marked', async () => {
    Object.assign(world.env, {ANTHROPIC_API_KEY: 'k'});
    const {code, out, err} = await world.run(['models']);
    expect(code).toBe(0);
    expect(out).toMatch(/^anthropic {2}https:\/\/api\.anthropic\.com · its key is set\n/m);
    expect(err).toContain('New sessions use anthropic/');
    const {providers, ...rest} = JSON.parse((await world.run(['models', '--json'])).out) as {
      default: string;
      providers: {provider: string}[];
    };
    expect(rest).toMatchObject({v: 1, default: expect.stringContaining('anthropic/') as string});
    expect(providers.some(({provider}) => provider === 'anthropic')).toBe(true);
  });
});

describe('config', () => {
  const world = new CliWorld();
  const own = join(world.env['XDG_CONFIG_HOME'] ?? '', 'agent', 'config.toml');
  afterAll(() => world.remove());

  test('lists every setting with its origin, and gets one or a table of them', async () => {
    const {code, out} = await world.run(['config']);
    expect(code).toBe(0);
    expect(out).toMatch(/^setting +value +from\n/);
    expect(out).toMatch(/\ncontext\.window +32000 +default\n/);
    expect(await world.run(['config', 'get', 'context.window'])).toEqual({code: 0, out: '32000\n', err: ''});
    expect((await world.run(['config', 'get', 'limits'])).out).toBe(
      'limits.steps = none\nlimits.tokens = none\nlimits.usd = none\nlimits.minutes = none\n',
    );
    const {code: unknown, err} = await world.run(['config', 'get', 'contxt.window']);
    expect([unknown, err]).toEqual([
      2,
      'error: There is no setting contxt.window; did you mean context.window?\nSee all: agent config list\n',
    ]);
  });

  test("sets and unsets in the user's own file", async () => {
    expect((await world.run(['config', 'path'])).out).toBe(`${own}\n`);
    expect(await world.run(['config', 'set', 'limits.usd', '2'])).toEqual({code: 0, out: '', err: `Set limits.usd in ${own}\n`});
    expect((await world.run(['config'])).out).toMatch(new RegExp(`\\nlimits\\.usd +2 +user ${own}:\\d+\\n`));
    const {settings} = JSON.parse((await world.run(['config', 'get', 'limits.usd', '--json'])).out) as {settings: object[]};
    expect(settings).toEqual([{key: 'limits.usd', value: 2, origin: expect.objectContaining({kind: 'user', file: own}) as object}]);
    expect((await world.run(['config', 'unset', 'limits.usd'])).code).toBe(0);
    expect((await world.run(['config', 'get', 'limits.usd'])).out).toBe('none\n');
    for (const [key, value] of [
      ['limits.usd', 'much'],
      ['nonsense', '1'],
      ['mode', 'yolo'],
    ]) {
      const {code, err} = await world.run(['config', 'set', key ?? '', value ?? '']);
      expect([code, err]).toEqual([
        3,
        expect.stringMatching(/^error: .*found .*, expected .*\nSee the settings: agent config list\n$/s) as string,
      ]);
    }
  });

  test('an invalid file is named with its line, its key, what was found and what was expected', async () => {
    put(world.root, {'bad.toml': '\n[context]\nwindow = "wide"\n'});
    const {code, out, err} = await world.run(['config', '--config', '../bad.toml']);
    expect({code, out}).toEqual({code: 3, out: ''});
    expect(err).toMatch(/bad\.toml:3: context\.window: found .*wide.*, expected /);
  });
});

describe('trust', () => {
  const world = new CliWorld({'.agent/config.toml': '[rules]\nallow = ["shell npm test*"]\n'});
  const file = join(world.repo, '.agent', 'config.toml');
  const counts = async () => ((await world.run(['config', 'get', 'rules.allow'])).out === 'none\n' ? 0 : 1);
  afterAll(() => world.remove());

  test('is asked for, shows what it is for, and ends when the file changes', async () => {
    expect(await counts()).toBe(0);
    expect((await world.run(['config'])).err).toContain(`Not counted until you trust ${file}`);
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    const asked = await world.run(['config', 'trust']);
    expect(asked.code).toBe(2);
    expect(asked.out).toContain(`${file}\nsha256 ${sha256}\n`);
    expect(asked.out).toContain('  allow = ["shell npm test*"]\n');
    expect((await world.run(['config', 'trust'], {terminal: true, answers: 'n\n'})).code).toBe(1);
    expect(await counts()).toBe(0);
    expect((await world.run(['config', 'trust'], {terminal: true, answers: 'y\n'})).code).toBe(0);
    expect(await counts()).toBe(1);
    expect((await world.run(['config', 'trust'])).err).toContain('Nothing waits for your trust');
    writeFileSync(file, `${readFileSync(file, 'utf8')}# changed\n`);
    expect(await counts()).toBe(0);
    await world.run(['config', 'trust', '--yes']);
    expect(await counts()).toBe(1);
    expect((await world.run(['config', 'distrust'])).err).toBe(`${file} can only tighten from now on.\n`);
    expect(await counts()).toBe(0);
    expect((await world.run(['config', 'distrust'])).err).toContain('No configuration of this repository is trusted');
  });
});

describe('doctor', () => {
  const world = new CliWorld();
  afterAll(() => world.remove());

  test('finds a sound machine sound', async () => {
    const {code, out} = await world.run(['doctor']);
    expect(code).toBe(0);
    for (const name of ['node', 'git', 'shell', 'ripgrep', 'database', 'tokens', 'home', 'disk', 'sessions', 'clock', 'configuration'])
      expect(out).toMatch(new RegExp(`^✓ ${name} `, 'm'));
  });

  test('says what an invalid configuration is, and exits with 1', async () => {
    put(world.root, {'config/agent/config.toml': 'mode = "yolo"\n'});
    const {code, out} = await world.run(['doctor', '--json']);
    expect(code).toBe(1);
    const {ok, checks} = JSON.parse(out) as {ok: boolean; checks: {name: string; state: string; found: string}[]};
    expect(ok).toBe(false);
    expect(checks.find(({name}) => name === 'configuration')).toMatchObject({
      state: 'failed',
      found: expect.stringContaining('config.toml:1: mode') as string,
    });
  });
});

// Before Node 22.18 types are stripped only where it is asked for.
const stripTypes = process.features.typescript === false ? ['--experimental-strip-types'] : [];

describe('completion', () => {
  const world = new CliWorld();
  let id = '';
  const agent = (...words: string[]): string =>
    execFileSync(process.execPath, [...stripTypes, join(import.meta.dirname, '../../../src/main/agent.ts'), ...words], {
      cwd: world.repo,
      env: world.env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const offered = (...words: string[]): string[] =>
    agent('complete', '--', ...words)
      .trimEnd()
      .split('\n')
      .slice(0, -1)
      .map(line => line.split('\t')[0] ?? '');
  beforeAll(async () => void (id = await world.session()));
  afterAll(() => world.remove());

  test.each(['bash', 'zsh', 'fish', 'powershell'])('%s has a script', shell =>
    expect(agent('completion', shell)).toMatch(/agent complete '?--/),
  );

  test('the scripts parse', () => {
    writeFileSync(join(world.root, 'c.bash'), agent('completion', 'bash'));
    execFileSync('bash', ['-n', join(world.root, 'c.bash')]);
  });

  test('commands, options, values and ids are offered', () => {
    expect(offered('se')).toEqual(['sessions']);
    expect(offered('sessions', '')).toEqual(expect.arrayContaining(['list', 'show', 'rename', 'rm']));
    expect(offered('diff', '')).toContain(id);
    expect(offered('diff', '--na')).toEqual(['--name-only']);
    expect(offered('--mode', '')).toEqual(['plan', 'ask', 'accept-edits', 'full']);
    expect(offered('completion', 'z')).toEqual(['zsh']);
    expect(offered('')).not.toContain('complete');
  });
});

describe('grants for always', () => {
  const world = new CliWorld();
  const rule = (pattern: string) => ({effect: 'allow' as const, tool: 'shell', pattern});
  const note = async (repo: string, pattern: string) =>
    (await world.program().catalogue()).note({type: 'rule.granted', repo, rule: rule(pattern)});
  const listed = async (...more: string[]) =>
    (JSON.parse((await world.run(['config', 'grants', '--json', ...more])).out) as {grants: {number: number; repo: string; rule: object}[]})
      .grants;
  afterAll(() => world.remove());

  test('are listed by repository and taken back by number or rule, and what was taken back no longer counts', async () => {
    expect((await world.run(['config', 'grants'])).err).toContain('Nothing is granted for always in this repository');
    for (const pattern of ['npm test *', 'make', 'npm test *', 'ls \u001B[2K']) await note(world.repo, pattern);
    await note('/elsewhere', 'cargo test *');
    expect(await listed()).toEqual(
      ['make', 'npm test *', 'ls \u001B[2K'].map((pattern, at) => ({number: at + 1, repo: world.repo, rule: rule(pattern)})),
    );
    expect((await listed('--all')).map(({repo}) => repo)).toEqual([world.repo, world.repo, world.repo, '/elsewhere']);
    const shown = await world.run(['config', 'grants']);
    expect(shown.out).toContain('2  shell npm test *\n');
    expect(shown.out).not.toContain('\u001B[2K');
    expect((await world.run(['config', 'revoke', '9'])).code).toBe(2);
    expect((await world.run(['config', 'revoke', '1'])).err).toBe(`No longer granted in ${world.repo}: shell make\n`);
    expect((await world.run(['config', 'revoke', 'shell npm test *'])).code).toBe(0);
    expect((await world.run(['config', 'revoke', '--all', '2'])).err).toContain('/elsewhere');
    expect(await listed('--all')).toHaveLength(1);
    const {rules} = await readHomeGrants(world.env['AGENT_HOME'] as string);
    expect(rules.get(world.repo)).toEqual([rule('ls \u001B[2K')]);
    await note(world.repo, 'make');
    expect(await listed()).toHaveLength(2);
  });
});
