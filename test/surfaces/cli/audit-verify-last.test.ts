import {copyFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {CliWorld} from './world.ts';

const world = new CliWorld();
const home = world.env['AGENT_HOME'] ?? '';
const sessions = join(home, 'sessions');
const logOf = (id: string) => join(sessions, id, 'log.jsonl');
let older: string;
let newer: string;
beforeAll(async () => {
  older = await world.session({prompt: 'Older'});
  newer = await world.session({prompt: 'Newer'});
});
afterAll(() => world.remove());

async function whileDamaged(damage: () => void, look: () => Promise<void>): Promise<void> {
  const aside = `${sessions}.aside`;
  cpSync(sessions, aside, {recursive: true, preserveTimestamps: true});
  try {
    damage();
    await look();
  } finally {
    rmSync(sessions, {recursive: true});
    renameSync(aside, sessions);
  }
}

const rewritten = (change: (bytes: Buffer) => Buffer) => () => writeFileSync(logOf(newer), change(readFileSync(logOf(newer))));

function swap(): void {
  const aside = join(home, 'swapped');
  renameSync(logOf(newer), aside);
  renameSync(logOf(older), logOf(newer));
  renameSync(aside, logOf(older));
}

const damages: readonly [string, () => void][] = [
  [
    'has a flipped bit in its first line',
    rewritten(bytes => Buffer.concat([bytes.subarray(0, 40), Buffer.from([bytes[40]! ^ 1]), bytes.subarray(41)])),
  ],
  ['is empty', rewritten(() => Buffer.alloc(0))],
  ['has other line ends', rewritten(bytes => Buffer.from(bytes.toString().replaceAll('\n', '\r\n')))],
  ['has a byte order mark', rewritten(bytes => Buffer.concat([Buffer.from('\uFEFF'), bytes]))],
  ['has one line without an end', rewritten(bytes => bytes.subarray(0, 60))],
  ['is gone', () => rmSync(logOf(newer))],
  ['is gone with its folder', () => rmSync(dirname(logOf(newer)), {recursive: true})],
  ['is a folder', () => (rmSync(logOf(newer)), mkdirSync(logOf(newer)))],
  ['was changed for another', swap],
  ['is that of another', () => copyFileSync(logOf(older), logOf(newer))],
];

describe.each(damages)('the newest log %s', (_, damage) => {
  test('is what verify proves, beside the one that can be read', async () => {
    await whileDamaged(damage, async () => {
      for (const words of [['--last'], []]) {
        const {code, out, err} = await world.run(['audit', 'verify', ...words]);
        expect({words, code}).toEqual({words, code: 6});
        expect(out).toContain(`Session ${newer}: FAULTY`);
        expect(err).toContain(`Session ${newer} may be the newest of this repository`);
      }
      const {code, out} = await world.run(['audit', 'verify', '--last', '--json']);
      expect(code).toBe(6);
      const verdicts = JSON.parse(out).sessions.map(({session, verdict}: {session: string; verdict: string}) => [session, verdict]);
      expect(verdicts).toContainEqual([newer, 'faulty']);
    });
  });

  test('keeps every command that would take another for it', async () => {
    await whileDamaged(damage, async () => {
      for (const words of [
        ['audit'],
        ['audit', 'show', '1.1'],
        ['replay'],
        ['diff'],
        ['apply'],
        ['discard'],
        ['sessions', 'show'],
        ['resume', '-p', 'go on'],
      ]) {
        const {code, out, err} = await world.run([
          ...words.slice(0, words[0] === 'resume' ? 1 : undefined),
          '--last',
          ...(words[0] === 'resume' ? words.slice(1) : []),
        ]);
        expect({words, code, out}).toEqual({words, code: 6, out: ''});
        expect(err).toContain(newer);
        const advice = /^See what is wrong: agent (audit verify .*)$/m.exec(err)?.[1]?.split(' ') ?? [];
        expect((await world.run(advice)).code).toBe(6);
      }
      const sought = await world.run(['audit', 'show', '12345678']);
      expect(sought).toMatchObject({code: 2, err: expect.stringContaining(`Not searched: session ${newer}`)});
      // Who names one gets it.
      if (damage !== swap) expect((await world.run(['audit', 'verify', older])).code).toBe(0);
    });
  });
});

test('all of it as it was, the newest is proven and nothing else', async () => {
  const {code, out, err} = await world.run(['audit', 'verify', '--last']);
  expect({code, err}).toEqual({code: 0, err: ''});
  expect(out).toContain(`Session ${newer}: proven`);
  expect(out).not.toContain(older);
});

test("an older one that is damaged is in nobody's way", async () => {
  await whileDamaged(
    () => rmSync(dirname(logOf(older)), {recursive: true}),
    async () => {
      expect((await world.run(['audit', 'verify', '--last'])).code).toBe(0);
      expect((await world.run(['audit', 'verify', '--all'])).code).toBe(6);
    },
  );
});

test('what was stopped before its first record is not proven, and keeps no other command', async () => {
  await whileDamaged(
    () => {
      mkdirSync(dirname(logOf('0000000001')));
      mkdirSync(dirname(logOf('0000000002')));
      writeFileSync(logOf('0000000002'), '');
      writeFileSync(join(sessions, '.DS_Store'), '');
    },
    async () => {
      for (const words of ['--last', '--all']) {
        const {code, out} = await world.run(['audit', 'verify', words]);
        expect({words, code}).toEqual({words, code: 7});
        for (const id of ['0000000001', '0000000002']) expect(out).toContain(id);
        expect(out).not.toContain('DS_Store');
      }
      expect((await world.run(['replay', '--last'])).code).toBe(0);
    },
  );
});

test('the only session there is, damaged, is no absent one', async () => {
  const alone = new CliWorld();
  const id = await alone.session();
  const log = join(alone.env['AGENT_HOME'] ?? '', 'sessions', id, 'log.jsonl');
  writeFileSync(log, `x${readFileSync(log, 'utf8').slice(1)}`);
  for (const words of [
    ['audit', 'verify', '--last'],
    ['audit', '--last'],
  ]) {
    const {code, out, err} = await alone.run(words);
    expect({words, code}).toEqual({words, code: 6});
    expect(out + err).toContain(id);
  }
  alone.remove();
});
