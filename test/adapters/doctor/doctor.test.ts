import {chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {clockCheck} from '../../../src/adapters/doctor/clock.ts';
import {doctor} from '../../../src/adapters/doctor/doctor.ts';
import {folderSize} from '../../../src/adapters/doctor/folder-size.ts';
import {diskChecks, homeChecks} from '../../../src/adapters/doctor/home.ts';
import {secretsCheck} from '../../../src/adapters/doctor/secrets.ts';
import {gitCheck, gitVersionCheck, nodeCheck} from '../../../src/adapters/doctor/programs.ts';
import {sessionChecks} from '../../../src/adapters/doctor/sessions.ts';
import {sessionCatalogue} from '../../../src/adapters/session/catalogue.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {CallId, SessionId} from '../../../src/core/vocabulary/ids.ts';
import type {Catalogue} from '../../../src/ports/catalogue.ts';
import {temporaryFolder} from '../../support/git-repository.ts';
import {indexCheck} from '../../../src/adapters/doctor/session-index.ts';
import {indexOf} from '../../support/indexing.ts';

let home = '';
let catalogue: Catalogue;
const living = new Map<number, string>([
  [process.pid, 'me'],
  [4242, 'then'],
]);
const startTimeOf = (pid: number) => living.get(pid) ?? null;
beforeEach(() => {
  home = temporaryFolder('agent-doctor-');
  chmodSync(home, 0o700);
  catalogue = sessionCatalogue({home, now: () => '2026-11-01T10:00:00.000Z', startTimeOf});
});
afterEach(() => rmSync(home, {recursive: true, force: true}));

test.each([
  ['v22.15.0', 'ok'],
  ['v24.0.1', 'ok'],
  ['v22.14.9', 'failed'],
  ['v9.99.0', 'failed'],
])('node %s', (version, state) => expect(nodeCheck(version).state).toBe(state));

test.each([
  ['git version 2.30.0', 'ok'],
  ['git version 2.39.5 (Apple Git-154)', 'ok'],
  ['git version 3.0.0', 'ok'],
  ['git version 2.29.2', 'failed'],
  ['git version 1.99.0', 'failed'],
  ['', 'failed'],
])('%s', (said, state) => expect(gitVersionCheck(said, 'mend').state).toBe(state));

test('git that is not there fails, and says how to get it', async () => {
  const check = await gitCheck({PATH: home});
  expect([check.state, check.found, check.mend]).toEqual([
    'failed',
    expect.stringContaining('does not run') as string,
    expect.stringContaining('install') as string,
  ]);
});

test('secrets are masked, and the key for it is whole', async () => {
  expect(await secretsCheck(home, true)).toMatchObject({state: 'ok', mend: null});
  writeFileSync(join(home, 'redaction.key'), Buffer.alloc(32));
  expect(await secretsCheck(home, true)).toMatchObject({state: 'ok', found: 'masked'});
  writeFileSync(join(home, 'redaction.key'), 'short');
  expect(await secretsCheck(home, true)).toMatchObject({state: 'failed', found: expect.stringContaining('has 5 bytes') as string});
  expect(await secretsCheck(home, false)).toMatchObject({state: 'warning'});
});

describe('home', () => {
  test('a private folder is fine, and so is one that is not there yet', async () => {
    expect((await homeChecks(home))[0]).toMatchObject({state: 'ok', found: home});
    expect((await homeChecks(join(home, 'a', 'b')))[0]?.state).toBe('ok');
  });

  test('what others can read is named', async () => {
    mkdirSync(join(home, 'sessions'), {mode: 0o755});
    chmodSync(join(home, 'sessions'), 0o755);
    expect((await homeChecks(home))[0]).toMatchObject({state: 'warning', found: expect.stringContaining(join(home, 'sessions')) as string});
  });

  test('too little free disk fails', async () => {
    const [full, used] = await diskChecks(home, Number.MAX_SAFE_INTEGER);
    expect([full?.state, used?.state]).toEqual(['failed', 'note']);
    expect((await diskChecks(join(home, 'none'), 0))[0]?.state).toBe('ok');
  });

  test('sizes add up, links are not followed, and too many files are not all counted', async () => {
    mkdirSync(join(home, 'd', 'e'), {recursive: true});
    writeFileSync(join(home, 'd', 'a'), 'x'.repeat(100));
    writeFileSync(join(home, 'd', 'e', 'b'), 'x'.repeat(23));
    symlinkSync(home, join(home, 'd', 'loop'));
    expect(await folderSize(join(home, 'd'))).toEqual({bytes: 123, whole: true});
    expect((await folderSize(join(home, 'd'), 2)).whole).toBe(false);
    expect(await folderSize(join(home, 'none'))).toEqual({bytes: 0, whole: true});
  });
});

const id = 'abcdefghjk' as SessionId;
const spawned = (pgid: number, started: string): SessionEvent => ({
  type: 'process.spawned',
  call: '1.1' as CallId,
  group: {pgid, started, command: 'sleep 1000'},
});

describe('sessions', () => {
  const checks = () => sessionChecks(catalogue, {home, startTimeOf});

  async function crashed(...events: SessionEvent[]): Promise<void> {
    const log = await catalogue.create(id);
    log.append({type: 'session.titled', title: 'x'}, ...events);
    await log.close();
    writeFileSync(join(home, 'sessions', id, 'lock'), '{"pid":99999,"started":"long ago"}\n');
  }

  test('none is fine', async () =>
    expect(await checks()).toEqual([{name: 'sessions', state: 'ok', found: '0 in all, 0 open', mend: null}]));

  test('an open one is counted, and its lock is not stale', async () => {
    const log = await catalogue.create(id);
    log.append({type: 'session.titled', title: 'x'});
    expect(await checks()).toEqual([{name: 'sessions', state: 'ok', found: '1 in all, 1 open', mend: null}]);
    await log.close();
  });

  test('the lock of one that died, and only what still runs of it', async () => {
    await crashed(spawned(4242, 'then'), spawned(4242, 'another time'), spawned(7777, 'gone'));
    const found = await checks();
    expect(found.map(({name, state}) => [name, state])).toEqual([
      ['sessions', 'ok'],
      ['processes', 'warning'],
      ['sessions', 'note'],
    ]);
    expect(found[1]?.found).toBe(`sleep 1000 (group 4242) still runs from session ${id}, which crashed`);
  });

  test('a torn tail, of a session and of the home log', async () => {
    await crashed();
    writeFileSync(join(home, 'sessions', id, 'log.jsonl'), '{"v":1,', {flag: 'a'});
    writeFileSync(join(home, 'log.jsonl'), '{"v":');
    const torn = (await checks()).filter(({found}) => found.includes('was not written to its end'));
    expect(torn.map(({found}) => found)).toEqual([
      expect.stringContaining(join(home, 'sessions', id, 'log.jsonl')),
      expect.stringContaining(join(home, 'log.jsonl')),
    ]);
  });

  test('a damaged log is reported, not thrown', async () => {
    await crashed();
    writeFileSync(join(home, 'sessions', id, 'log.jsonl'), 'no record\n');
    expect((await checks()).some(({state, found}) => state === 'warning' && found.includes('line 1'))).toBe(true);
  });
});

test('a clock that went back is seen by the newest session', async () => {
  const now = Date.parse('2026-11-01T10:00:00Z');
  expect((await clockCheck(async () => catalogue, now)).state).toBe('ok');
  expect((await clockCheck(async () => catalogue, 0)).state).toBe('warning');
  const log = await catalogue.create(id);
  log.append({type: 'session.titled', title: 'x'});
  await log.close();
  const later = new Date('2026-11-01T11:00:00Z');
  utimesSync(join(home, 'sessions', id, 'log.jsonl'), later, later);
  expect(await clockCheck(async () => catalogue, now)).toMatchObject({
    state: 'warning',
    found: expect.stringContaining('the clock went back') as string,
  });
});

test('looking changes nothing, and what cannot be looked at is a finding', async () => {
  const broken = async (): Promise<Catalogue> => Promise.reject(new Error('no catalogue'));
  const options = {
    home: join(home, 'not-yet'),
    env: process.env,
    minFree: 0,
    redaction: true,
    startTimeOf,
    index: async () => indexOf(join(home, 'not-yet')),
  };
  const checks = await doctor({...options, catalogue: broken})();
  expect(checks.find(({name}) => name === 'sessions')).toMatchObject({state: 'failed', found: 'could not be checked: no catalogue'});
  expect(
    checks.filter(({name}) => ['node', 'git', 'shell', 'ripgrep', 'database', 'tokens', 'disk'].includes(name)).map(({state}) => state),
  ).toEqual(Array(7).fill('ok'));
  expect(await folderSize(home)).toEqual({bytes: 0, whole: true});
});

test('the index of the sessions is looked at, and not made', async () => {
  const index = indexOf(home);
  expect(await indexCheck(async () => index)).toMatchObject({state: 'ok', found: 'will be made when sessions are first listed'});
  writeFileSync(join(home, 'catalogue.db'), 'no database');
  expect(await indexCheck(async () => index)).toMatchObject({
    state: 'warning',
    found: expect.stringContaining('file is not a database') as string,
    mend: `rm ${join(home, 'catalogue.db')} (it is made again from the sessions)`,
  });
});
