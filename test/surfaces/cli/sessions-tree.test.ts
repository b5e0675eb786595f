import {rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {RunId, SessionId} from '../../../src/core/vocabulary/ids.ts';
import {familiesOf, type Family} from '../../../src/surfaces/cli/sessions-tree.ts';
import type {ListedSession} from '../../../src/surfaces/cli/session-list.ts';
import {appendTo, idOf, logOf, plainSession, writeSession} from '../../support/many-sessions.ts';
import {recordsOf} from '../../support/records.ts';
import {settings, versions} from '../../support/reference-session.ts';
import {CliWorld} from './world.ts';

describe('agent sessions tree', () => {
  const world = new CliWorld();
  const home = world.env['AGENT_HOME'] ?? '';
  const [parent, first, second, grandchild, alone] = [1, 2, 3, 4, 5].map(idOf) as [SessionId, SessionId, SessionId, SessionId, SessionId];

  /** A log that goes on from all records of another. */
  function fork(id: SessionId, from: SessionId, own: SessionId, before: readonly SessionEvent[], step: number): readonly SessionEvent[] {
    const {records} = recordsOf(before, own);
    const last = records.at(-1)!;
    const forked: SessionEvent = {
      type: 'session.forked',
      session: id,
      run: 'run00002' as RunId,
      from: {session: from, seq: last.seq, hash: last.hash, step},
      place: {kind: 'worktree', root: join('/worktrees', id), cwd: '', head: null},
      tree: null,
      settings,
      versions,
      environment: versions.charter,
    };
    const events = [...before, forked];
    writeSession(home, id, events, 1_780_000_000 + step);
    return events;
  }

  beforeAll(() => {
    const events = plainSession({id: parent, root: world.repo, prompt: 'Mend the parser'});
    writeSession(home, parent, events, 1_780_000_000);
    fork(second, parent, parent, events, 3);
    const ofFirst = fork(first, parent, parent, events.slice(0, 14), 2);
    fork(grandchild, first, parent, [...ofFirst, {type: 'session.titled', title: 'Another way'}], 2);
    writeSession(home, alone, plainSession({id: alone, root: world.repo, prompt: 'On its own'}), 1_780_000_900);
  });
  afterAll(() => world.remove());

  const drawn = (out: string) =>
    out
      .replaceAll(/ {2}\d+ steps? .*$/gm, '')
      .trimEnd()
      .split('\n');

  test('draws each family once, its forks in the order of their steps', async () => {
    const {code, out, err} = await world.run(['sessions', 'tree']);
    expect({code, err}).toEqual({code: 0, err: '1 session without a fork: agent sessions\n'});
    expect(drawn(out)).toEqual([
      `${parent}  Mend the parser`,
      `├─ @2 ${first}  Mend the parser`,
      `│  └─ @2 ${grandchild}  Another way`,
      `└─ @3 ${second}  Mend the parser`,
    ]);
    expect((await world.run(['sessions', 'tree', grandchild])).out).toBe(out);
    expect(drawn((await world.run(['sessions', 'tree', alone])).out)).toEqual([`${alone}  On its own`]);
  });

  test('as JSON', async () => {
    expect(JSON.parse((await world.run(['sessions', 'tree', '--json'])).out)).toMatchObject({
      v: 1,
      families: [
        {
          id: parent,
          parent: null,
          orphan: false,
          forks: [
            {id: first, parent: {session: parent, step: 2}, forks: [{id: grandchild, title: 'Another way'}]},
            {id: second, forks: []},
          ],
        },
      ],
      alone: 1,
    });
  });

  test('a fork whose parent was removed begins a family, and says so', async () => {
    appendTo(home, grandchild, {type: 'session.titled', title: 'Still here'});
    rmSync(join(logOf(home, first), '..'), {recursive: true});
    const {out} = await world.run(['sessions', 'tree']);
    expect(out).toContain(`Still here`);
    expect(out).toMatch(new RegExp(`^${grandchild} .* \\(forked from ${first}, which was removed, after step 2\\)$`, 'm'));
  });

  test('where nothing was forked', async () => {
    expect(await world.run(['sessions', 'tree'], {cwd: join(world.root)})).toMatchObject({
      code: 0,
      out: '',
      err: 'No session of this repository was forked. Fork one: agent fork <id>@<step>\n',
    });
  });
});

test('every session stands in one family, whatever their parents', () => {
  const session = (id: string, parent: string | null): ListedSession => ({
    id: id as SessionId,
    title: id,
    repo: null,
    changed: 0,
    bytes: 1,
    steps: 1,
    model: '',
    state: 'done',
    parent: parent === null ? null : {session: parent as SessionId, step: 1},
    damaged: null,
  });
  const all = (family: Family): string[] => [family.session.id, ...family.forks.flatMap(all)];
  const sessions = [session('c', 'b'), session('b', 'a'), session('a', null), session('d', 'gone'), session('e', 'd')];
  for (let turn = 0; turn < sessions.length; turn++) {
    const turned = [...sessions.slice(turn), ...sessions.slice(0, turn)];
    expect(familiesOf(turned).flatMap(all).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(
      familiesOf(turned)
        .filter(({orphan}) => orphan)
        .map(({session: {id}}) => id),
    ).toEqual(['d']);
  }
});
