import {execFile} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join, resolve} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {unpackInto} from '../../support/replay-archive.ts';
import {verifyReplayIn} from '../../support/replayed-home.ts';

const root = resolve(import.meta.dirname, '../../..');
const folder = join(root, 'fixtures/replays');
const names = readdirSync(folder).filter(name => name.endsWith('.json.zst'));
const at = realpathSync(mkdtempSync(join(tmpdir(), 'agent-test-')));
const home = join(at, 'home');
const ids = new Map<string, string>();
beforeAll(async () => {
  for (const name of names) ids.set(name, await unpackInto(home, join(folder, name)));
});
afterAll(() => rmSync(at, {recursive: true, force: true}));

// Recorded once, on another machine: that they come out the same is what the versions in them stand for.
test.each(names)('recorded once, and the same today: %s', async name => {
  const proof = await verifyReplayIn(home, ids.get(name)!);
  expect(proof.divergences).toEqual([]);
  expect(proof.verdict).toBe('proven');
});

/** Every other node on this machine that the program supports, by its version. */
async function otherNodes(): Promise<readonly string[]> {
  const found = new Map<string, string>();
  for (const dir of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(dir, 'node');
    const version = await promisify(execFile)(file, ['--version']).then(
      ({stdout}) => stdout.trim(),
      () => '',
    );
    const [, major = 0, minor = 0] = (/^v(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
    if (version !== process.version && (major > 22 || (major === 22 && minor >= 15))) found.set(version, file);
  }
  return [...found.values()];
}

describe('elsewhere', () => {
  const script = join(root, 'test/support/verify-replays.ts');
  const run = (node: string, env: Record<string, string>) =>
    promisify(execFile)(node, ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', script], {
      cwd: at,
      env: {PATH: process.env['PATH'] ?? '', HOME: join(at, 'user'), ...env},
    });

  test('in other time zones and languages, under another home, by every node that is here', async () => {
    const moved = join(at, 'elsewhere', 'ünder another nâme');
    mkdirSync(join(at, 'elsewhere'));
    cpSync(home, moved, {recursive: true});
    const here = await run(process.execPath, {AGENT_HOME: home, TZ: 'UTC', LANG: 'C'});
    expect(here.stdout.trim().split('\n')).toHaveLength(names.length);
    const places = [
      {TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8'},
      {TZ: 'America/St_Johns', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8', NO_COLOR: '1'},
      {TZ: 'Pacific/Kiritimati', LANG: 'ar_EG', LC_ALL: 'POSIX'},
    ];
    const others = await otherNodes();
    if (others.length === 0) console.info('No other supported node is on this machine: only the one that runs this was tried.');
    const all = await Promise.all([
      ...places.map(place => run(process.execPath, {AGENT_HOME: moved, ...place})),
      ...others.map(node => run(node, {AGENT_HOME: moved, ...places[0]})),
    ]);
    for (const {stdout} of all) expect(stdout).toBe(here.stdout);
    expect(here.stdout).not.toMatch(/DIFFERS|not recomputed/);
  });

  test('the golden sessions are whole: each is listed, and none is empty', () => {
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) expect(readFileSync(join(folder, name)).length).toBeGreaterThan(1_000);
  });
});
