import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {idOf, logOf, plainSession, writeSession, writeSessions} from '../../support/many-sessions.ts';
import {CliWorld} from './world.ts';

const jsonOf = (out: string) =>
  JSON.parse(out) as {
    v: number;
    words: string[];
    sessions: {
      id: string;
      title: string;
      matches: {kind: string; step: number; text: string; marks: {start: number; end: number}[]}[];
      texts: number;
    }[];
    more: boolean;
  };

describe('agent sessions search', () => {
  const world = new CliWorld();
  const home = world.env['AGENT_HOME'] ?? '';
  const [parser, docs, other] = [idOf(1), idOf(2), idOf(3)];

  beforeAll(() => {
    const write = (id: SessionId, root: string, prompt: string, answer: string, changed: number) =>
      writeSession(home, id, plainSession({id, root, prompt, answer}), changed);
    write(parser, world.repo, 'The parser crashes', 'It crashed in `readConfig` on \u001b[31man empty\u001b[0m file.', 1_780_000_000);
    write(docs, world.repo, 'Write the docs', 'The docs of the parser say how.', 1_780_000_100);
    write(other, '/elsewhere', 'The parser there', 'Nothing crashed.', 1_780_000_200);
  });
  afterAll(() => world.remove());

  test('finds the sessions that say every word, the newest first, each with where', async () => {
    const {code, out, err} = await world.run(['sessions', 'search', 'PARSER']);
    expect({code, err}).toEqual({code: 0, err: ''});
    expect(out).toMatch(
      new RegExp(
        `^${docs}  Write the docs  .*done\\n  answer, step 3: The docs of the parser say how\\.\\n\\n${parser}  The parser crashes  .*done\\n`,
      ),
    );
    expect((await world.run(['sessions', 'search', 'parser', 'crash'])).out).not.toContain(docs);
    expect((await world.run(['sessions', 'search', 'parser crash', '--all'])).out).toContain('/elsewhere');
  });

  test('by the beginning of a word, a part of a name, a command, a file', async () => {
    for (const words of ['readConf', 'config', 'npm tes', 'a.ts'])
      expect(jsonOf((await world.run(['sessions', 'search', words, '--json'])).out).sessions.map(({id}) => id)).toContain(parser);
  });

  test('nothing in a session reaches the terminal as an order to it; what was found stands out', async () => {
    const {out} = await world.run(['sessions', 'search', 'empty'], {terminal: true, env: {FORCE_COLOR: '1'}});
    expect(out).toContain(String.raw`\x1b[31man `);
    expect(out).toContain('\u001b[33mempty\u001b[39m');
    expect(out).not.toContain('\u001b[31m');
  });

  test('as JSON, with the places of the words', async () => {
    const {v, words, sessions, more} = jsonOf(
      (await world.run(['sessions', 'search', 'crash', 'parser', '--all', '--limit', '1', '--json'])).out,
    );
    expect({v, words, more}).toEqual({v: 1, words: ['crash', 'parser'], more: true});
    expect(sessions).toMatchObject([{id: other, texts: 3}]);
    for (const {text, marks} of sessions[0]?.matches ?? [])
      for (const {start, end} of marks) expect(text.slice(start, end).toLowerCase()).toMatch(/^(crash|parser)/);
  });

  test('since a day, and none', async () => {
    expect((await world.run(['sessions', 'search', 'parser', '--since', '2100-01-01'])).out).toBe('');
    expect(await world.run(['sessions', 'search', 'nowhere'])).toEqual({
      code: 0,
      out: '',
      err: 'No session of this repository says nowhere. In those of all: add --all\n',
    });
    expect(jsonOf((await world.run(['sessions', 'search', 'nowhere', '--json'])).out).sessions).toEqual([]);
    for (const words of [['...'], [], ['x', '--since', 'yesterday']])
      expect((await world.run(['sessions', 'search', ...words])).code).toBe(2);
  });
});

describe('what is taken away is not found any more, nor in the bytes of the index', () => {
  const world = new CliWorld();
  const home = world.env['AGENT_HOME'] ?? '';
  const secret = 'zebrafinchsecretvalue';
  const stored = () =>
    readdirSync(home)
      .filter(name => name.startsWith('catalogue.db'))
      .map(name => readFileSync(join(home, name), 'latin1'))
      .join('');
  const found = async () => jsonOf((await world.run(['sessions', 'search', secret, '--all', '--json'])).out).sessions.length;
  afterAll(() => world.remove());

  test.each<[string, (id: SessionId) => Promise<unknown>]>([
    ['removed', id => world.run(['sessions', 'rm', id, '--yes'])],
    ['redacted', id => world.run(['sessions', 'redact', id, '--yes'], {answers: `${secret}\n`})],
  ])('%s', async (_, take) => {
    await world.session({prompt: 'Another session'});
    const id = await world.session({prompt: `Log in with ${secret} please`});
    expect(await found()).toBe(1);
    expect(stored()).toContain(secret);
    expect(await take(id)).toMatchObject({code: 0});
    expect(stored()).not.toContain(secret.slice(0, 8));
    expect(await found()).toBe(0);
    expect(stored()).not.toContain(secret.slice(0, 8));
  });

  test('renamed', async () => {
    const id = await world.session({prompt: 'A fine prompt'});
    await world.run(['sessions', 'rename', id, `About ${secret}`]);
    expect(await found()).toBe(1);
    await world.run(['sessions', 'rename', id, 'About nothing']);
    expect(await found()).toBe(0);
    expect((await world.run(['sessions'])).out).toContain('About nothing');
  });
});

describe('where the index cannot be used', () => {
  test('lists and searches are the same, and --debug says why', async () => {
    const world = new CliWorld();
    try {
      const home = world.env['AGENT_HOME'] ?? '';
      writeSessions(home, 6, [world.repo, '/elsewhere']);
      const ask = async () => [
        await world.run(['sessions']),
        await world.run(['sessions', '--all', '--json']),
        await world.run(['sessions', 'search', 'part']),
      ];
      const before = await ask();
      for (const name of readdirSync(home).filter(one => one.startsWith('catalogue.db'))) rmSync(join(home, name));
      mkdirSync(join(home, 'catalogue.db'));
      writeFileSync(join(home, 'catalogue.db', 'in the way'), '');
      expect(await ask()).toEqual(before);
      expect((await world.run(['sessions', '--debug'])).err).toMatch(
        /^The index of the sessions cannot be used, so their logs were read: /,
      );
      expect((await world.run(['doctor'])).out).toMatch(/! index +.*catalogue\.db cannot be used/);
    } finally {
      world.remove();
    }
  });
});

describe('two thousand sessions', () => {
  test('the newest of a repository is found behind all those of another, with the index as without', async () => {
    const world = new CliWorld();
    try {
      const home = world.env['AGENT_HOME'] ?? '';
      const mine = 's00000mine' as SessionId;
      writeSessions(home, 2_000, ['/elsewhere']);
      writeSession(home, mine, plainSession({id: mine, root: world.repo, prompt: 'The old one of mine'}), 1_750_000_000);
      const newest = () => world.program().newest(world.repo);
      expect(await newest()).toEqual({id: mine, unread: []});
      const all = JSON.parse((await world.run(['sessions', '--all', '--limit', '0', '--json'])).out) as {sessions: object[]};
      expect(all.sessions).toHaveLength(2_001);
      expect(await newest()).toEqual({id: mine, unread: []});
      // One of those that is damaged now may be of this repository.
      const file = logOf(home, idOf(1_000));
      writeFileSync(file, readFileSync(file, 'utf8').replace('/elsewhere', '/nobodyyyy'));
      expect(await newest()).toMatchObject({id: mine, unread: [{id: idOf(1_000), lost: true}]});
      await world.run(['sessions', '--all', '--limit', '0']);
      expect(await newest()).toMatchObject({id: mine, unread: [{id: idOf(1_000), lost: true}]});
      expect((await world.run(['sessions', 'search', 'part', '1999', '--all'])).out).toContain(idOf(1_999));
    } finally {
      world.remove();
    }
  });
});
