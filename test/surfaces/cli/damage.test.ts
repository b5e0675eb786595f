import {existsSync, mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {CliWorld} from './world.ts';

describe('a spoiled last line of the home log', () => {
  const world = new CliWorld();
  const file = join(world.env['AGENT_HOME'] ?? '', 'log.jsonl');
  afterAll(() => world.remove());

  test('stops no session, is found by doctor with its line, and a grant says how to go on', async () => {
    await world.session();
    await world.session();
    const lines = readFileSync(file, 'utf8').split('\n').length - 1;
    writeFileSync(file, `${readFileSync(file, 'utf8')}spoiled\n`);
    const id = await world.session({prompt: 'After it'});
    const catalogue = await world.program().catalogue();
    const records = await Array.fromAsync(catalogue.read(id));
    expect(records.at(-1)?.event).toMatchObject({type: 'degraded', what: 'anchor'});
    const {out, code} = await world.run(['doctor']);
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`✗ home log .*line ${lines + 1}: `));
    const renamed = await world.run(['sessions', 'rename', id, 'Another']);
    expect(renamed.code).toBe(0);
    expect(renamed.err).toContain('is now called: Another');
    expect(renamed.err).toContain(`log.jsonl, line ${lines + 1}: its last line is not a record`);
    expect(renamed.err).toContain(`Move it aside: mv ${file} ${file}.damaged`);
    renameSync(file, `${file}.damaged`);
    expect((await world.run(['doctor'])).out).not.toContain('home log');
  });

  test('that would grant something stops the program with the way out', async () => {
    writeFileSync(file, '{"type":"rule.granted"\n');
    const {code, err} = await world.run(['config']);
    expect(code).toBe(1);
    expect(err).toContain(`${file}, line 1: it is not a record`);
    expect(err).toContain('Move it aside: mv ');
  });
});

describe('a damaged session log', () => {
  const world = new CliWorld();
  afterAll(() => world.remove());

  test('leaves the work within reach: the worktree is named', async () => {
    const id: SessionId = await world.session({commands: ['echo new > made.txt']});
    const log = join(world.env['AGENT_HOME'] ?? '', 'sessions', id, 'log.jsonl');
    const [first, second, ...rest] = readFileSync(log, 'utf8').split('\n');
    for (const spoiled of [
      [first, 'x', ...rest],
      ['x', second, ...rest],
      [first, second, ...rest.slice(0, -2), 'x', ''],
    ]) {
      writeFileSync(log, spoiled.join('\n'));
      for (const words of [
        ['resume', id, '-p', 'go on'],
        ['diff', id],
        ['apply', id],
      ]) {
        const {code, err} = await world.run(words);
        expect(code).toBe(1);
        const place = /take over by hand: (.*)\n/.exec(err)?.[1] ?? '';
        expect(existsSync(join(place, 'made.txt'))).toBe(true);
      }
    }
  });
});

test('a home that takes no files is refused before there is a session, and nothing tells to resume one', async () => {
  const world = new CliWorld();
  const file = join(world.root, 'file');
  writeFileSync(file, '');
  mkdirSync(join(world.root, 'elsewhere'));
  for (const home of [join(file, 'x'), '/dev/null/x']) {
    world.env['AGENT_HOME'] = home;
    const script = join(world.root, 'script.json');
    writeFileSync(script, JSON.stringify({replies: [{text: 'Done.'}]}));
    const {code, err} = await world.run(['-p', '-m', `scripted:${script}`, 'hi']);
    expect(code).toBe(1);
    expect(err).toContain('is not a folder');
    expect(err).toContain('AGENT_HOME');
    expect(err).not.toContain('agent resume');
  }
  world.remove();
});
