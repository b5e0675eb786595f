import {copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {expect, test} from 'vitest';
import {makeOld} from '../support/aged.ts';
import {bytesOf} from '../support/git-repository.ts';
import {journey, ofType, type Journey} from '../support/journey.ts';

const shell = (command: string) => ({tool: 'shell', input: {command}});

/** A session of three steps with content of its own; its id. */
async function worked(at: Journey, name: string): Promise<string> {
  const before = new Set(at.sessions());
  const model = at.script([
    {calls: [shell(`for n in $(seq 500); do echo ${name} $((n * 7919 % 65521)); done | tee ${name}.txt`)]},
    {calls: [shell(`echo more ${name} >> ${name}.txt; cat ${name}.txt`)]},
    {text: `Done ${name}.`},
  ]);
  expect(await at.run(['-p', '--mode', 'full', '--model', model, `Go ${name}.`])).toMatchObject({code: 0});
  return at.sessions().find(id => !before.has(id)) ?? '';
}

type Answer = {
  dry_run: boolean;
  bytes: number;
  blobs: {count: number};
  checkpoints: {count: number};
  leftovers: {count: number};
  kept: {young: {count: number}; live: string[]};
  problems: string[];
};

async function dryRun(at: Journey): Promise<Answer> {
  const {code, stdout, stderr} = await at.run(['gc', '--dry-run', '--json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Answer;
}

/** What `agent gc` could take away: everything but locks and what every command writes. */
const contents = (at: Journey) => bytesOf(at.home, path => /^(catalogue\.db.*|log\.jsonl|lock.*|gc\.lock.*)$/.test(path));

test('what only a removed session named goes; the others, forks among them, verify and go on', async () => {
  const at = journey();
  const [kept, parent, removed] = [await worked(at, 'kept'), await worked(at, 'parent'), await worked(at, 'removed')];
  expect(await at.run(['fork', `${parent}@1`, '--json'])).toMatchObject({code: 0});
  for (const id of [parent, removed]) expect(await at.run(['sessions', 'rm', '--yes', id])).toMatchObject({code: 0});
  makeOld(at.home);
  const before = contents(at);
  const would = await dryRun(at);
  expect(contents(at)).toEqual(before);
  expect(would).toMatchObject({dry_run: true, problems: []});
  expect(would.blobs.count).toBeGreaterThan(3);
  expect(would.checkpoints.count).toBeGreaterThanOrEqual(2);
  const shown = await at.run(['gc', '--dry-run']);
  expect(shown.stdout).toMatch(
    /^\S+ kB can be freed:\n +\S+ k?B +\d+ outputs that no session names\n +\S+ k?B +\d+ checkpoints that no session names\n/,
  );
  const {code, stdout, stderr} = await at.run(['gc', '--yes', '--json']);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({dry_run: false, blobs: would.blobs, problems: []});
  expect(await dryRun(at)).toMatchObject({bytes: 0});
  expect(await at.run(['audit', 'verify', '--all'])).toMatchObject({code: 0});
  const on = at.script([{text: 'On.'}], {repeat_last: true});
  for (const id of at.sessions()) {
    expect(await at.run(['resume', id, '-p', '--model', on, 'On.'])).toMatchObject({code: 0, stdout: 'On.\n'});
    expect(await at.run(['rewind', id, '--to', '1', '--files'])).toMatchObject({code: 0});
  }
  expect(at.sessions()).toHaveLength(2);
  expect(at.sessions()).toContain(kept);
});

test('it asks, and where nobody can answer it takes nothing away', async () => {
  const at = journey();
  await at.run(['sessions', 'rm', '--yes', await worked(at, 'removed')]);
  makeOld(at.home);
  const before = contents(at);
  expect(await at.run(['gc'])).toMatchObject({code: 2, stderr: expect.stringContaining('--yes') as string});
  expect(contents(at)).toEqual(before);
});

test('what is younger than a day stays, and is told', async () => {
  const at = journey();
  await at.run(['sessions', 'rm', '--yes', await worked(at, 'removed')]);
  const {stdout, code} = await at.run(['gc', '--yes']);
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^Nothing to free\.\nLeft: \d+ outputs \(\S+ k?B\) that no session names, and that are not a day old\.\n$/),
  ]);
});

test('where a log was damaged, shortened or is gone, nothing is taken away: it is not known what it names', async () => {
  const at = journey();
  const [harmed, other] = [await worked(at, 'harmed'), await worked(at, 'other')];
  await at.run(['sessions', 'rm', '--yes', other]);
  const log = join(at.home, 'sessions', harmed, 'log.jsonl');
  const whole = readFileSync(log, 'utf8');
  const harms: [() => void, string][] = [
    [() => writeFileSync(log, whole.replace('Go harmed.', 'Go armed..')), 'its hash does not match its bytes'],
    [() => writeFileSync(log, whole.slice(0, whole.indexOf('\n') + 1)), 'it ends with record 0, and record'],
    [() => rmSync(log), 'it is gone, and was not taken away with agent sessions rm'],
  ];
  for (const [harm, says] of harms) {
    harm();
    makeOld(at.home);
    const before = contents(at);
    const {code, stdout, stderr} = await at.run(['gc', '--yes']);
    expect([code, stdout]).toEqual([1, '']);
    for (const part of ['Nothing was taken away', says, harmed, `agent sessions rm ${harmed}`]) expect(stderr).toContain(part);
    expect(contents(at)).toEqual(before);
  }
  expect(await at.run(['gc', '--dry-run', '--json'])).toMatchObject({code: 1, stdout: ''});
  await at.run(['sessions', 'rm', '--yes', harmed]);
  expect(await at.run(['gc', '--yes'])).toMatchObject({code: 0});
});

test('what was set aside of a log, and archives in the home, are read for marks too', async () => {
  const at = journey();
  const id = await worked(at, 'removed');
  const log = join(at.home, 'sessions', id, 'log.jsonl');
  const archive = join(at.home, 'exports', 'one.agent.tar.zst');
  expect(await at.run(['sessions', 'export', id, '--format', 'archive', '--output', join(at.root, 'one.agent.tar.zst')])).toMatchObject({
    code: 0,
  });
  const aside = join(at.root, 'aside');
  copyFileSync(log, aside);
  await at.run(['sessions', 'rm', '--yes', id]);
  makeOld(at.home);
  const {bytes} = await dryRun(at);
  expect(bytes).toBeGreaterThan(1_000);
  mkdirSync(join(at.home, 'exports'));
  copyFileSync(join(at.root, 'one.agent.tar.zst'), archive);
  expect((await dryRun(at)).blobs.count).toBe(0);
  writeFileSync(archive, 'no archive');
  expect(await at.run(['gc', '--dry-run'])).toMatchObject({code: 1, stderr: expect.stringContaining(archive) as string});
  rmSync(archive);
  const other = await worked(at, 'other');
  copyFileSync(aside, join(at.home, 'sessions', other, 'log.jsonl.damaged'));
  expect((await dryRun(at)).blobs.count).toBe(0);
});

test('an open session keeps its own, and its repository’s checkpoints are left alone', async () => {
  const at = journey();
  const removed = await worked(at, 'removed');
  await at.run(['sessions', 'rm', '--yes', removed]);
  const marks = join(at.root, 'marks');
  const agent = at.start([
    '-p',
    '--mode',
    'full',
    '--model',
    at.script([{calls: [shell(`echo in > in.txt; echo x >> ${marks}; while [ -e ${marks} ]; do sleep 0.05; done`)]}, {text: 'Done.'}]),
    'Go.',
  ]);
  await agent.until(() => existsSync(marks), 'the command');
  makeOld(at.home);
  const would = await dryRun(at);
  expect(would.kept.live).toEqual(at.sessions());
  expect(would).toMatchObject({checkpoints: {count: 0}});
  expect(would.blobs.count).toBeGreaterThan(0);
  const text = await at.run(['gc', '--yes']);
  expect([text.code, text.stdout], text.stderr).toEqual([
    0,
    expect.stringContaining('Left: the checkpoints of 1 repository in which a session is open.'),
  ]);
  rmSync(marks);
  expect(await agent.ended).toMatchObject({code: 0, stdout: 'Done.\n'});
  expect(await at.run(['audit', 'verify', '--all'])).toMatchObject({code: 0});
  makeOld(at.home);
  expect((await dryRun(at)).checkpoints.count).toBeGreaterThan(0);
});

test('unfinished files of programs that died go, and those of living ones stay', async () => {
  const at = journey();
  await worked(at, 'kept');
  const [dead, living] = [`${2 ** 22 + 1}-00ff00ff00ff00ff`, `${process.pid}-00ff00ff00ff00ff`];
  for (const name of [dead, living]) writeFileSync(join(at.home, 'blobs', 'tmp', name), 'half');
  const [store = ''] = readdirSync(join(at.home, 'checkpoints'));
  mkdirSync(join(at.home, 'checkpoints', store, 'agent', 'tree-aB3xYz'));
  mkdirSync(join(at.home, 'checkpoints', `${store}.${2 ** 22 + 1}.1700000000000`, 'objects'), {recursive: true});
  expect((await dryRun(at)).leftovers.count).toBe(0);
  makeOld(at.home);
  expect((await dryRun(at)).leftovers.count).toBe(3);
  expect(await at.run(['gc', '--yes'])).toMatchObject({code: 0});
  expect(readdirSync(join(at.home, 'blobs', 'tmp'))).toEqual([living]);
  expect(readdirSync(join(at.home, 'checkpoints'))).toEqual([store]);
});

test('stopped again and again, after one operation more each time, it takes nothing that is needed, and comes to its end', async () => {
  const at = journey();
  const kept = await worked(at, 'kept');
  await at.run(['sessions', 'rm', '--yes', await worked(at, 'removed')]);
  makeOld(at.home);
  const failpoint = resolve(import.meta.dirname, '../support/crash/failpoint.mjs');
  const deaths = [];
  for (let after = 1; deaths.length < 40; after++) {
    const {signal, code} = await at.run(['gc', '--yes'], {env: {NODE_OPTIONS: `--import=${failpoint}`, FAILPOINT: `after:${after}`}});
    if (signal !== 'SIGKILL') {
      expect(code).toBe(0);
      break;
    }
    deaths.push(after);
  }
  expect(deaths.length).toBeGreaterThan(8);
  expect(await at.run(['gc', '--yes'])).toMatchObject({code: 0});
  expect(await dryRun(at)).toMatchObject({bytes: 0});
  expect(await at.run(['audit', 'verify', '--all'])).toMatchObject({code: 0});
  expect(await at.run(['rewind', kept, '--to', '1', '--files'])).toMatchObject({code: 0});
  expect(ofType(at.events(kept), 'session.rewound')).toHaveLength(1);
});
