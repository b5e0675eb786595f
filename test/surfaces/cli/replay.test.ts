import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {PassThrough, Writable} from 'node:stream';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {runCli} from '../../../src/surfaces/cli/cli.ts';
import {ioOver} from '../../../src/surfaces/cli/io.ts';
import {CliWorld} from './world.ts';

describe('agent replay', () => {
  const world = new CliWorld();
  let id: SessionId;
  beforeAll(async () => {
    id = await world.session({prompt: 'Count', commands: ['echo one > made.txt; seq 3']});
  });
  afterAll(() => world.remove());

  test('line by line, where there is no terminal and with --plain', async () => {
    const expected = ['', '> Count', '* shell echo one > made.txt; seq 3 — exit 0', '    3 lines · 6 B · sha256 c662bdb4', '', 'Done.', ''];
    for (const words of [
      ['replay', id],
      ['replay', '--last', '--plain'],
      ['replay', '--plain', '--speed', '0'],
    ]) {
      const {code, out} = await world.run(words);
      expect({code, lines: out.replace(/sha256 \w+/, 'sha256 c662bdb4').split('\n')}).toEqual({code: 0, lines: expected});
    }
    expect((await world.run(['replay', id, '--plain'], {terminal: true})).out).toContain('> Count');
  });

  test('--from and --to take whole steps, as lines and as records', async () => {
    expect((await world.run(['replay', id, '--to', '1'])).out).toMatch(/> Count[^]*exit 0/);
    expect((await world.run(['replay', id, '--to', '1'])).out).not.toContain('Done.');
    expect((await world.run(['replay', id, '--from', '2'])).out).toBe('\nDone.\n');
    const records = async (...words: string[]) =>
      (await world.run(['replay', id, '--json', ...words])).out
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line) as {seq: number; event: {type: string; step?: number}});
    const [all, first, second] = [await records(), await records('--to', '1'), await records('--from', '2')];
    expect([...first, ...second]).toEqual(all);
    expect(all.map(({seq}) => seq)).toEqual([...all.keys()]);
    expect(second[0]?.event).toMatchObject({type: 'context.assembled', step: 2});
    expect(await records('--from', '1', '--to', '99')).toEqual(all);
  });

  test('bad values end with exit code 2, and say what is allowed', async () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['--from', '0'], /Expected a whole number, 1 or more\.\nType: agent replay --help/],
      [['--to', 'x'], /Expected a whole number, 1 or more/],
      [['--from', '9'], /has no step 9: its steps are 1 to 2\.\nType: agent replay/],
      [['--from', '2', '--to', '1'], /--from 2 is behind --to 1/],
      [['--speed', 'fast'], /Expected a factor from 0 to 1000, such as 1, 4 or 0\.5/],
      [['--speed', '-1'], /Expected a factor/],
      [['--speed', '1001'], /Expected a factor/],
      [['--plain', '--json'], /cannot be used with/],
    ];
    for (const [words, said] of cases) {
      const {code, err, out} = await world.run(['replay', id, ...words]);
      expect({words, code, out}).toEqual({words, code: 2, out: ''});
      expect(err).toMatch(said);
    }
    expect((await world.run(['replay', id, '--last'])).code).toBe(2);
    expect((await world.run(['replay', 'zzzz'])).code).toBe(2);
  });

  test('--speed waits as it was, and no longer than somebody reads', async () => {
    const printed: string[] = [];
    // Whoever reads goes away after the first entry: at this speed the next one would come in an hour.
    const stdout = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        printed.push(chunk.toString('utf8'));
        done(Object.assign(new Error('closed'), {code: 'EPIPE'}));
      },
    });
    const io = ioOver({stdin: new PassThrough(), stdout, stderr: new PassThrough(), env: {}});
    expect(await runCli(['replay', id, '--speed', '0.001'], world.program(), io)).toBe(0);
    expect(printed).toEqual(['\n> Count\n']);
    expect((await world.run(['replay', id, '--speed', '1000'])).out).toBe((await world.run(['replay', id])).out);
  });

  test('of a damaged log it shows what stands before the damage, with exit code 1', async () => {
    const damaged = await world.session({prompt: 'Spoil me', commands: ['true']});
    const file = join(world.env['AGENT_HOME'] ?? '', 'sessions', damaged, 'log.jsonl');
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, lines.map((line, index) => (index === lines.length - 4 ? line.replace('"seq":', '"seq": ') : line)).join('\n'));
    for (const words of [
      ['replay', damaged],
      ['replay', damaged, '--json'],
      ['replay', damaged, '--from', '1'],
    ]) {
      const {code, out, err} = await world.run(words);
      expect(code).toBe(1);
      expect(out).toContain('Spoil me');
      expect(err).toContain(`The log of session ${damaged} is damaged`);
    }
  });
});
