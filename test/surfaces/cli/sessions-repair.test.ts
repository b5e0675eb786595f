import {existsSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {sessionState} from '../../../src/core/projections/session-state.ts';
import {replay} from '../../../src/core/log/fold.ts';
import type {Recorded} from '../../../src/core/vocabulary/event.ts';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {CliWorld} from './world.ts';

const world = new CliWorld();
const home = world.env['AGENT_HOME'] ?? '';
let id: SessionId;
let folder = '';
let file = '';
let whole = '';
let lines: readonly string[] = [];
let notes = '';

beforeAll(async () => {
  id = await world.session({prompt: 'Count', commands: ['seq 1 3', 'echo made > made.txt', 'seq 4 6']});
  folder = join(home, 'sessions', id);
  file = join(folder, 'log.jsonl');
  whole = readFileSync(file, 'utf8');
  lines = whole.split(/(?<=\n)/);
  notes = readFileSync(join(home, 'log.jsonl'), 'utf8');
});
afterAll(() => world.remove());

/** The session as it was, but for its log. */
function spoil(parts: readonly (string | Buffer)[]): Buffer {
  for (const name of readdirSync(folder)) if (name !== 'log.jsonl') rmSync(join(folder, name));
  writeFileSync(join(home, 'log.jsonl'), notes);
  const bytes = Buffer.concat(parts.map(part => Buffer.from(part)));
  writeFileSync(file, bytes);
  return bytes;
}

const without = (n: number) => [...lines.slice(0, n), 'x'.repeat(20) + '\n', ...lines.slice(n + 1)];
const repair = (...more: string[]) => world.run(['sessions', 'repair', id, ...more]);
const recordsNow = async (): Promise<readonly Recorded[]> =>
  (await Array.fromAsync((await world.program().catalogue()).read(id))) as readonly Recorded[];

test('a sound session is left as it is', async () => {
  const {code, err} = await repair('--yes');
  expect([code, err]).toEqual([0, `The log of session ${id} is not damaged: there is nothing to repair.\n`]);
  expect(readdirSync(folder).filter(name => name.startsWith('log.jsonl'))).toEqual(['log.jsonl']);
});

test('nothing is done where nobody answers, or no is the answer, and the plan is said before', async () => {
  const bytes = spoil(without(4));
  const {code, err} = await repair();
  expect(code).toBe(2);
  expect(err).toContain('4 records before the damage: kept as they are.\nLine 5 (21 B) cannot be read.\n');
  expect(err).toContain(`${lines.length - 5} records behind it: kept as an appendix`);
  expect((await world.run(['sessions', 'repair', id], {terminal: true, answers: 'n\n'})).code).toBe(1);
  expect(readFileSync(file).equals(bytes)).toBe(true);
});

describe('a line that cannot be read, at every place', () => {
  test('is lost alone: the rest is kept, replay shows it marked, and the session goes on or says why it cannot', async () => {
    for (let n = 0; n < lines.length; n++) {
      const bytes = spoil(without(n));
      const {code, err} = await repair('--yes', '--json');
      expect(code, err).toBe(0);
      expect(readFileSync(`${file}.damaged-1`).equals(bytes)).toBe(true);
      expect(existsSync(`${file}.repairing`)).toBe(false);

      const records = await recordsNow();
      const last = records.at(-1)!;
      expect(readFileSync(file, 'utf8').startsWith(lines.slice(0, n).join(''))).toBe(true);
      expect(records).toHaveLength(n + 1);
      const behind = lines.length - n - 1;
      expect(last.event).toMatchObject({
        type: 'session.repaired',
        session: id,
        lost: {from: n + 1, to: n + 1, bytes: 21},
        records: behind,
        placed: n > 0,
      });
      if (last.event.type !== 'session.repaired') throw new Error('it ends otherwise');
      const kept =
        last.event.appendix === null ? '' : Buffer.from(await (await world.program().blobs()).get(last.event.appendix)).toString();
      expect(kept).toBe(lines.slice(n + 1).join(''));

      const state = replay(sessionState, records);
      expect(state.turn).toMatchObject({owes: 'human', calls: new Map()});
      const shown = await world.run(['replay', id, '--plain']);
      expect(shown.code).toBe(0);
      expect(shown.out).toContain(`the log was damaged in line ${n + 1}`);
      if (behind > 0) expect(shown.out).toContain(`┆ Behind the damage, ${behind} record`);
      const proof = await world.run(['audit', 'verify', id]);
      expect([proof.code, n === 0 ? '' : proof.out], proof.out).toEqual([
        7,
        n === 0 ? '' : expect.stringContaining('it was damaged and repaired'),
      ]);
    }
  });
});

test.each(['twice', 'exchanged', 'rubbish between'])(
  'lines that are all there (%s) become what they were, and are proven again',
  async how => {
    const [a = '', b = '', c = '', ...rest] = lines;
    const parts = {twice: [a, b, b, c, ...rest], exchanged: [a, c, b, ...rest], 'rubbish between': [a, b, '\0\0\n', c, ...rest]}[how]!;
    spoil(parts);
    expect((await world.run(['replay', id, '--plain'])).err).toContain(`agent sessions repair ${id}`);
    expect((await repair('--yes')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(whole);
    expect((await world.run(['audit', 'verify', id])).code).toBe(0);
  },
);

test('the repaired session goes on: nothing runs twice, steps go on behind those that were lost, and the model is told', async () => {
  // The records behind "the call may run" are lost: it may have run.
  const judged = lines.findIndex(line => line.includes('"type":"tool.judged"'));
  spoil(without(judged + 1));
  expect((await repair('--yes')).code).toBe(0);
  const script = join(world.root, 'more.json');
  writeFileSync(script, JSON.stringify({replies: Array.from({length: 9}, () => ({text: 'I look first.'}))}));
  const {code, out, err} = await world.run(['resume', id, '-p', 'Go on', '-m', `scripted:${script}`]);
  expect([code, out], err).toEqual([0, 'I look first.\n']);
  const records = await recordsNow();
  const at = records.findIndex(({event}) => event.type === 'session.repaired');
  const after = records.slice(at).map(({event}) => event);
  expect(after.filter(({type}) => type === 'tool.started')).toEqual([]);
  const steps = after.flatMap(event => (event.type === 'context.assembled' ? [event.step] : []));
  expect(steps).toEqual([3]);
  const proof = await world.run(['audit', 'verify', id]);
  expect([proof.code, proof.out]).toEqual([7, expect.not.stringContaining('sha256')]);
  expect((await world.run(['sessions', 'show', id])).code).toBe(0);
});

test('a session whose first record is lost can be read and taken away, and says why it cannot go on', async () => {
  spoil(without(0));
  const {err} = await repair('--yes');
  expect(err).toContain('it can be read, and not gone on with');
  const resumed = await world.run(['resume', id, '-p', 'Go on']);
  expect([resumed.code, resumed.err]).toEqual([1, expect.stringContaining(`It can be read: agent replay ${id}`)]);
  expect((await world.run(['sessions', 'show', id])).code).toBe(0);
  expect((await world.run(['sessions'])).code).toBe(0);
});

test('a fork that is damaged in what it took from its parent is still its own, and works nowhere else', async () => {
  spoil([whole]);
  const forked = await world.run(['fork', `${id}@1`, '--json']);
  expect(forked.code, forked.err).toBe(0);
  const other = (JSON.parse(forked.out) as {session?: string; id?: string}).session ?? (JSON.parse(forked.out) as {id: string}).id;
  const log = join(home, 'sessions', other, 'log.jsonl');
  const [first, , ...rest] = readFileSync(log, 'utf8').split(/(?<=\n)/);
  writeFileSync(log, [first, 'x\n', ...rest].join(''));
  expect((await world.run(['sessions', 'repair', other, '--yes'])).code).toBe(0);
  const resumed = await world.run(['resume', other, '-p', 'Go on']);
  expect([resumed.code, resumed.err]).toEqual([1, expect.stringContaining('cannot be gone on with')]);
  expect((await world.run(['replay', other, '--plain'])).code).toBe(0);
  expect((await world.run(['sessions', 'rm', other, '--yes'])).code).toBe(0);
});

describe('a crash in the middle', () => {
  test('leaves the damaged log or the repaired one, and the next repair ends it', async () => {
    const bytes = spoil(without(3));
    // As one that died right before the new log took its name.
    writeFileSync(`${file}.repairing`, 'half of it');
    linkSync(file, `${file}.damaged-1`);
    expect((await repair('--yes')).code).toBe(0);
    expect(readFileSync(`${file}.damaged-1`).equals(bytes)).toBe(true);
    expect(
      readdirSync(folder)
        .filter(name => name.startsWith('log.jsonl'))
        .toSorted(),
    ).toEqual(['log.jsonl', 'log.jsonl.damaged-1']);
    expect((await recordsNow()).at(-1)?.event.type).toBe('session.repaired');
    expect((await repair('--yes')).err).toContain('nothing to repair');
  });

  test('a second damage gets a place of its own', async () => {
    spoil(without(6));
    expect((await repair('--yes')).code).toBe(0);
    const again = readFileSync(file, 'utf8').split(/(?<=\n)/);
    writeFileSync(file, [...again.slice(0, 2), 'y\n', ...again.slice(3)].join(''));
    expect((await repair('--yes')).code).toBe(0);
    expect(
      readdirSync(folder)
        .filter(name => name.includes('damaged'))
        .toSorted(),
    ).toEqual(['log.jsonl.damaged-1', 'log.jsonl.damaged-2']);
    const {out} = await world.run(['replay', id, '--plain']);
    expect(out).toContain('the log was damaged in line 3');
    expect(out).toContain('┆ ! Repaired: the log was damaged in line 7.');
  });
});

describe('afterwards', () => {
  test('agent gc knows that the log is a shorter one', async () => {
    spoil(without(6));
    expect((await world.run(['gc', '--dry-run'])).err).toContain(`agent sessions repair ${id}`);
    expect((await repair('--yes')).code).toBe(0);
    expect(await world.run(['gc', '--dry-run'])).toMatchObject({code: 0, err: ''});
    const cut = readFileSync(file, 'utf8').split(/(?<=\n)/);
    writeFileSync(file, cut.slice(0, -1).join(''));
    expect((await world.run(['gc', '--dry-run'])).err).toContain(`it ends with record ${cut.length - 2}, and record ${cut.length - 1} was`);
  });

  test('agent sessions redact takes a value out of the damaged file, too', async () => {
    spoil(without(6));
    expect((await repair('--yes')).code).toBe(0);
    expect(readFileSync(`${file}.damaged-1`, 'utf8')).toContain('made.txt');
    const {code, err} = await world.run(['sessions', 'redact', id, '--yes'], {answers: 'made.txt\n'});
    expect([code, err]).toEqual([0, expect.stringContaining(`the file ${file}.damaged-1`)]);
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), 'utf8'), name).not.toContain('made.txt');
    expect((await world.run(['audit', 'verify', id])).code).toBe(7);
  });
});

test('a session that is open elsewhere, or is not there, is left alone', async () => {
  spoil([whole]);
  const {log} = await (await world.program().catalogue()).open(id);
  const busy = await repair('--yes');
  expect([busy.code, busy.err]).toEqual([1, expect.stringContaining('Nothing was changed. Close it there')]);
  await log.close();
  expect((await world.run(['sessions', 'repair', 'zzz', '--yes'])).code).toBe(2);
});
