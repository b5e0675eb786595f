import {afterAll, describe, expect, test} from 'vitest';
import type {OpenRequest, Program, ResumeRequest} from '../../../src/agent/program.ts';
import {Stop} from '../../../src/agent/stop.ts';
import {runCli} from '../../../src/surfaces/cli/cli.ts';
import {commandTree} from '../../../src/surfaces/cli/tree.ts';
import {everyCommand} from '../../../src/surfaces/cli/tree/command.ts';
import {pathOf} from '../../../src/surfaces/cli/usage-error.ts';
import {captured, CliWorld} from './world.ts';

const world = new CliWorld();
afterAll(() => world.remove());

const tree = () => {
  const {io} = captured();
  return commandTree({program: world.program(), io, debug: false, words: [], code: 0});
};

describe('help', () => {
  test.each(
    everyCommand(tree())
      .filter(command => command.name() !== 'complete' && command.name() !== 'help')
      .map(command => [pathOf(command)]),
  )('%s', async path => {
    const {code, out, err} = await world.run([...path.split(' ').slice(1), '--help']);
    expect({code, err}).toEqual({code: 0, err: ''});
    expect(out).toContain(`Usage: ${path}`);
    expect(out).toMatch(/\nExamples:\n {2}\S/);
  });

  test('help names a command too', async () => {
    expect((await world.run(['help', 'diff'])).out).toBe((await world.run(['diff', '--help'])).out);
    expect((await world.run(['help'])).out).toBe((await world.run(['--help'])).out);
  });

  test('colour only where it is wanted', async () => {
    expect((await world.run(['--help'])).out).not.toContain('\u001b');
    expect((await world.run(['--help'], {env: {FORCE_COLOR: '1'}})).out).toContain('\u001b[1mUsage:');
  });

  test('the version stands alone', async () =>
    expect(await world.run(['-V'])).toEqual({code: 0, out: `${world.program().version}\n`, err: ''}));
});

describe('a wrong command line ends with 2, and says what to type', () => {
  test.each([
    ['sesions', 'There is no command sesions; did you mean sessions?', 'agent sessions'],
    ['sessions shw', 'There is no command agent sessions shw; did you mean show?', 'agent sessions --help'],
    [
      'sessions frobnicate',
      'There is no command agent sessions frobnicate; there are list, search, tree, show, rename, export, import, rm, redact, repair.',
      'agent sessions --help',
    ],
    ['sessions --jsn', "Unknown option '--jsn'; did you mean --json?", 'agent sessions list --help'],
    ['--in-plce hi', "Unknown option '--in-plce'; did you mean --in-place?", 'agent --help'],
    ['sessions rename', "Missing required argument 'id'.", 'agent sessions rename --help'],
    ['completion', "Missing required argument 'shell'.", 'agent completion --help'],
    ['completion tcsh', 'Allowed choices are bash, zsh, fish, powershell.', 'agent completion --help'],
    ['stats --by week', 'Allowed choices are day, session, model.', 'agent stats --help'],
    ['stats --since tomorrow', 'Expected a span such as 12h, 7d or 4w', 'agent stats --help'],
    ['-p --max-steps 0 x', 'Expected a whole number, 1 or more.', 'agent --help'],
    ['-p --max-usd free x', 'Expected US dollars above 0', 'agent --help'],
    ['-p --timeout 10 x', 'Expected a duration such as 30s, 10m or 1h', 'agent --help'],
    ['-p --mode yolo x', 'Allowed choices are plan, ask, accept-edits, full.', 'agent --help'],
    ['-p x --output', "Option '--output <form>' argument missing.", 'agent --help'],
    ['--output json x', '--output belongs to a headless run, and -p is missing.', 'agent -p --output'],
    ['--apply x', '--apply belongs to a headless run', 'agent -p --apply'],
    ['-p --apply --in-place x', 'With --in-place the changes are made in the checkout itself', 'agent --help'],
    ['-c -r abcd', '-c takes the newest session and -r one that you name', 'agent --help'],
    ['-c --in-place', 'A session goes on where it was opened', 'agent resume --help'],
    ['-C /no/such/folder sessions', '-C names /no/such/folder, and there is no such folder.', 'agent --help'],
    ['apply --undo --conflicts', '--undo takes an apply back', 'agent apply --help'],
    ['diff abcd --last', 'Both --last and the session abcd were named', 'agent sessions'],
    ['diff abcd', 'No session\'s id begins with "abcd"', 'agent sessions --all'],
    ['diff', 'There is no session of this repository yet', 'agent sessions --all'],
  ])('agent %s', async (line, what, next) => {
    const {code, out, err} = await world.run(line.split(' '));
    expect({code, out}).toEqual({code: 2, out: ''});
    expect(err).toContain(`error: `);
    expect(err).toContain(what);
    expect(err).toContain(next);
    expect(err).not.toContain('    at ');
  });
});

/** What a run would have been opened or resumed with. */
type Asked = {opened: OpenRequest} | {resumed: string; request: ResumeRequest};

async function asked(words: readonly string[], options: Parameters<typeof captured>[0] = {}): Promise<Asked | string> {
  let found: Asked | null = null;
  const stop = (what: Asked): never => {
    found = what;
    throw new Stop(1, 'seen');
  };
  const seen = (program: Program): Program => ({
    ...program,
    open: async opened => stop({opened}),
    resume: async (resumed, request) => stop({resumed, request}),
    at: place => seen(program.at(place)),
  });
  const program = seen(world.program());
  const {io, err} = captured(options);
  await runCli(words, program, io);
  return found ?? err();
}

describe('the options of a run', () => {
  const nothing = {dir: world.repo, in_place: false, add_dirs: [], config: null, flags: {}, headless: true};

  test.each<[string[], Partial<OpenRequest>]>([
    [['-p', 'fix it'], {}],
    [['--print', 'fix', 'it', 'all'], {}],
    [['-p', 'sessions'], {}],
    [['-p', '--', 'sessions'], {}],
    [['-p', '--', '--help'], {}],
    [['-p', 'help', 'me'], {}],
    [['-p', '-m', 'ollama/x', 'hi'], {flags: {model: 'ollama/x'}}],
    [['-pm', 'ollama/x', 'hi'], {flags: {model: 'ollama/x'}}],
    [['-p', '--model=ollama/x', '--mode', 'plan', 'hi'], {flags: {model: 'ollama/x', mode: 'plan'}}],
    [
      ['-p', '--max-steps', '5', '--max-tokens', '900', '--max-usd', '0.5', '--timeout', '90s', 'hi'],
      {flags: {limits: {steps: 5, tokens: 900, usd: 0.5, minutes: 1.5}}},
    ],
    [['-p', '--in-place', 'hi'], {in_place: true}],
    [['-p', '--add-dir', '/b', '--add-dir', 'c', 'hi'], {add_dirs: ['/b', `${world.repo}/c`]}],
    [['-p', '--config', 'x.toml', 'hi'], {config: `${world.repo}/x.toml`}],
    [['-C', '..', '-p', 'hi'], {dir: world.root}],
  ])('agent %j', async (words, expected) => expect(await asked(words)).toEqual({opened: {...nothing, ...expected}}));

  test('a prompt of several words is one prompt, and one that begins with help is no call for help', async () => {
    expect(await asked(['help', 'me', 'please'], {answers: ''})).toEqual({opened: nothing});
  });

  test("-- makes a prompt of a command's name, and of what is close to one", async () => {
    expect(await asked(['--', 'sesions'])).toEqual({opened: nothing});
    expect(await asked(['--', 'stats'])).toEqual({opened: nothing});
  });

  test('-c, -r and resume name the same session', async () => {
    const id = await world.session();
    const request = {add_dirs: [], config: null, flags: {}, headless: true, trust: 'folder'};
    for (const words of [
      ['-c', '-p', 'go on'],
      ['-r', id, '-p', 'go on'],
      ['-r', id.slice(0, 5), '-p', 'go on'],
      ['resume', id, 'go on', '-p'],
      ['resume', '--last', '-p', 'go', 'on'],
    ]) {
      expect(await asked(words)).toMatchObject({resumed: id, request});
    }
    for (const words of [
      ['-c', '--trust', 'checkpoint', '-p', 'go on'],
      ['resume', '--last', '--trust', 'checkpoint', '-p', 'go on'],
    ])
      expect(await asked(words)).toMatchObject({resumed: id, request: {...request, trust: 'checkpoint'}});
  });
});

const fail = (error: Error): never => {
  throw error;
};

describe('failures', () => {
  const failing = (error: Error): Program => ({...world.program(), catalogue: async () => await fail(error)});

  test('an unexpected one is one line, and its trace is for --debug', async () => {
    for (const [words, env, traced] of [
      [['sessions'], {}, false],
      [['sessions', '--debug'], {}, true],
      [['--debug', 'sessions'], {}, true],
      [['sessions'], {AGENT_DEBUG: '1'}, true],
    ] as const) {
      const {io, err} = captured();
      const program = failing(new Error('the disk is on fire', {cause: new Error('a spark')}));
      expect(await runCli(words, {...program, env: {...program.env, ...env}}, io)).toBe(1);
      expect(err()).toContain('error: the disk is on fire\n');
      expect(err().includes('    at ')).toBe(traced);
      expect(err().includes('caused by: Error: a spark')).toBe(traced);
      expect(err().includes('with --debug')).toBe(true);
    }
  });

  test('one that says its own exit code keeps it', async () => {
    const {io, err} = captured();
    expect(await runCli(['sessions'], failing(new Stop(3, 'no key\nSet one.')), io)).toBe(3);
    expect(err()).toBe('error: no key\nSet one.\n');
  });
});
