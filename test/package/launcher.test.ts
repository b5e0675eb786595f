import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, describe, expect, test} from 'vitest';

const root = join(import.meta.dirname, '../..');
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Says which process it is, names every signal that it gets, and ends as its arguments say. */
const program = `
const [how] = process.argv.slice(2);
for (const signal of ${JSON.stringify(signals)}) process.on(signal, () => console.log(signal));
console.log('ready ' + process.pid + ' ' + process.argv.slice(2).join(' '));
process.stdin.resume().on('end', () => (/^SIG/.test(how) ? process.removeAllListeners(how).kill(process.pid, how) : process.exit(Number(how))));
`;

const folders: string[] = [];
afterAll(() => folders.forEach(folder => rmSync(folder, {recursive: true, force: true})));

/** The launcher in a package of its own. `own` is the Node that npm installed beside it. */
function packageWith({built, own}: {built: boolean; own: boolean}): string {
  const folder = mkdtempSync(join(tmpdir(), 'agent-launcher-'));
  folders.push(folder);
  for (const name of ['bin', 'dist', 'node_modules/node/bin']) mkdirSync(join(folder, name), {recursive: true});
  copyFileSync(join(root, 'bin/agent.js'), join(folder, 'bin/agent.js'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  if (built) writeFileSync(join(folder, 'dist/agent.js'), program);
  if (own) symlinkSync(process.execPath, join(folder, 'node_modules/node/bin/node'));
  return join(folder, 'bin/agent.js');
}

/** This Node, made to say that it is an older one; and a really old one, where the machine has it. */
const pretence = "data:text/javascript,Object.defineProperty(process, 'versions', {value: {...process.versions, node: '20.9.0'}})";
const olders: readonly (readonly [string, readonly string[]])[] = [
  ['a Node that says that it is 20.9', [process.execPath, '--import', pretence]],
  ...oldNodes().map(path => [path, [path]] as const),
];

function oldNodes(): readonly string[] {
  const paths = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map(folder => join(folder, 'node'))
    .filter(path => existsSync(path));
  const isOld = (path: string) => /^v(1[4-9]|20|21|22\.(?:\d|1[0-4]))\./.test(spawnSync(path, ['--version'], {encoding: 'utf8'}).stdout);
  return [...new Set(paths)].filter(isOld).slice(0, 1);
}

describe.each(olders)('on %s', (_, node) => {
  const launcher = packageWith({built: true, own: true});

  test('the exit code, the arguments and stdin pass through', async () => {
    for (const code of [0, 1, 3, 6, 130]) {
      const run = start([...node, launcher, String(code), 'a b', '--flag']);
      await run.until('ready');
      expect(run.pid()).not.toBe(run.child.pid);
      expect(run.said()[0]).toMatch(new RegExp(`^ready \\d+ ${code} a b --flag$`));
      expect(await run.end()).toEqual({code, signal: null});
    }
  });

  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'])('a program that %s ended looks like one from outside', async signal => {
    const run = start([...node, launcher, signal]);
    await run.until('ready');
    expect(await run.end()).toEqual({code: null, signal});
  });

  test.each(signals)('%s reaches the program once: sent to the launcher, or to its whole group', async signal => {
    const run = start([...node, launcher, '0']);
    await run.until('ready');
    const expected: string[] = [];
    const send = async (sent: NodeJS.Signals, target: number) => {
      process.kill(target, sent);
      expected.push(sent);
      // Each is waited for before the next: what came twice would stand between them.
      await run.until(() => run.said().length > expected.length);
      expect(run.said().slice(1)).toEqual(expected);
    };
    for (const next of signals) {
      await send(signal, run.child.pid!);
      await send(signal, -run.child.pid!);
      await send(next, run.child.pid!);
    }
    expect(await run.end()).toEqual({code: 0, signal: null});
    expect(run.said().slice(1)).toEqual(expected);
  });

  test('without a newer Node beside it, one sentence says what is missing', () => {
    const {status, stdout, stderr} = spawnSync(node[0]!, [...node.slice(1), packageWith({built: true, own: false})], {encoding: 'utf8'});
    expect({status, stdout}).toEqual({status: 3, stdout: ''});
    expect(stderr).toMatch(/^agent needs Node 22\.15 or newer, and this is Node [\d.]+: install [^\n]+\n$/);
  });
});

test('a Node that is new enough runs the program itself', async () => {
  const run = start([process.execPath, packageWith({built: true, own: false}), '0']);
  await run.until('ready');
  expect(run.pid()).toBe(run.child.pid);
  expect(await run.end()).toEqual({code: 0, signal: null});
});

test('a program that was not built says how to build it', () => {
  const {status, stderr} = spawnSync(process.execPath, [packageWith({built: false, own: false})], {encoding: 'utf8'});
  expect({status, stderr}).toEqual({status: 3, stderr: 'agent has not been built: run "npm ci" in its folder once.\n'});
});

function start(command: readonly string[]) {
  const child = spawn(command[0]!, command.slice(1), {stdio: ['pipe', 'pipe', 'inherit'], detached: true});
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const ended = once(child, 'close').then(([code, signal]) => ({code: code as number | null, signal: signal as string | null}));
  const said = () => printed.split('\n').slice(0, -1);
  return {
    child,
    said,
    pid: () => Number(said()[0]?.split(' ')[1]),
    end: () => (child.stdin.end(), ended),
    until: async (what: string | (() => boolean)) => {
      const holds = typeof what === 'string' ? () => printed.startsWith(what) && printed.includes('\n') : what;
      for (let tries = 0; tries < 2_000 && !holds(); tries++) await delay(5);
      expect(holds(), `seen in time, after: ${printed}`).toBe(true);
    },
  };
}
