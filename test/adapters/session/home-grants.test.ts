import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openJsonlLog} from '../../../src/adapters/session/jsonl-log.ts';
import {readHomeGrants} from '../../../src/adapters/session/home-grants.ts';
import type {HomeEvent} from '../../../src/core/vocabulary/home-event.ts';
import type {SessionId, Sha256} from '../../../src/core/vocabulary/ids.ts';
import {readFile} from 'node:fs/promises';
import {temporaryFolder} from '../../support/world.ts';

const rule = {effect: 'allow', tool: 'shell', pattern: 'npm test'} as const;
const events: HomeEvent[] = [
  {type: 'config.trusted', path: '/repo/.agent/config.toml', sha256: 'a'.repeat(64) as Sha256},
  {type: 'rule.granted', repo: '/repo', rule},
  {type: 'session.anchored', session: 'session000' as SessionId, seq: 7, hash: 'b'.repeat(64) as Sha256},
  {type: 'config.distrusted', path: '/repo/.agent/config.toml'},
  {type: 'rule.granted', repo: '/other', rule},
];

test('a home log that was cut anywhere grants what its whole lines grant', async () => {
  const home = await temporaryFolder();
  const file = join(home, 'log.jsonl');
  const {log} = openJsonlLog<HomeEvent>({file, name: 'home', now: () => '2026-01-01T00:00:00.000Z', check: async () => () => null});
  log.append(...events);
  await log.close();
  const whole = await readFile(file);
  expect(await readHomeGrants(home)).toEqual({
    rules: new Map([
      ['/repo', [rule]],
      ['/other', [rule]],
    ]),
    trusted: new Map(),
  });
  for (let length = 0; length < whole.length; length++) {
    await writeFile(file, whole.subarray(0, length));
    const lines = whole.subarray(0, length).filter(byte => byte === 0x0a).length;
    const {rules, trusted} = await readHomeGrants(home);
    expect([[...rules.keys()], trusted.size]).toEqual([
      ['/repo', '/other'].slice(0, [0, 0, 1, 1, 1, 2][lines]),
      lines >= 1 && lines < 4 ? 1 : 0,
    ]);
  }
});

test('without a home log nothing is granted', async () => {
  expect(await readHomeGrants(await temporaryFolder())).toEqual({rules: new Map(), trusted: new Map()});
});
