import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {blobStore} from '../../../src/adapters/session/blob-store.ts';
import type {Recorded, SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {Excerpt} from '../../../src/core/vocabulary/excerpt.ts';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {rebuildRequests} from '../../support/rebuild-requests.ts';
import {holding} from '../../support/whole-home.ts';
import {CliWorld} from './world.ts';

const value = 'correct "horse" battery/stäple';
const json = JSON.stringify(value).slice(1, -1);
const forms = [
  value,
  json,
  JSON.stringify(json).slice(1, -1),
  encodeURIComponent(value),
  Buffer.from(value).toString('base64').slice(0, -4),
];

let world: CliWorld;
let home = '';
beforeEach(() => {
  world = new CliWorld({'secret.txt': `${value}\n`, 'coloured.txt': `\u001b[31m${value.slice(0, 11)}\u001b[0m${value.slice(11)}\n`});
  home = world.env['AGENT_HOME'] ?? '';
});
afterEach(() => world.remove());

const commands = [
  'cat secret.txt',
  "seq 1 6000; cat secret.txt; seq 1 6000; printf '%3000s' x; tr -d '\\n' < secret.txt; printf '%3000s\\n' y",
  'cat secret.txt >&2; echo said',
  "node -e 'console.log(JSON.stringify({deep: JSON.stringify({token: fs.readFileSync(`secret.txt`, `utf8`).trim()})}))'",
  'cat coloured.txt',
  'base64 -w0 secret.txt; cat secret.txt && false',
];
const leak = () => world.session({prompt: `Log in with ${value} please`, commands});
const redact = (words: readonly string[], answers = `${value}\n`) => world.run(['sessions', 'redact', ...words], {answers});

async function recordsOf(id: SessionId): Promise<readonly Recorded[]> {
  return (await Array.fromAsync((await world.program().catalogue()).read(id))) as Recorded[];
}

const ofType = <Type extends SessionEvent['type']>(records: readonly Recorded[], type: Type) =>
  records.map(({event}) => event).filter((event): event is Extract<SessionEvent, {type: Type}> => event.type === type);

describe('a leaked value', () => {
  test('is told of in what is forked from an earlier step afterwards, so that its requests do not pass for others', async () => {
    const id = await leak();
    expect((await redact([id, '--yes'])).code).toBe(0);
    for (const [step, code] of [
      [0, 0],
      [1, 7],
    ] as const) {
      const {out} = await world.run(['fork', `${id}@${step}`, '--json']);
      const fork = (JSON.parse(out) as {session: SessionId}).session;
      expect(ofType(await recordsOf(fork), 'session.redacted').map(({unproven}) => unproven.every(each => each <= step))).toEqual([true]);
      const verified = await world.run(['replay', fork, '--verify']);
      expect(verified.code, verified.out).toBe(code);
      expect((await world.run(['audit', 'verify', fork])).code).toBe((await world.run(['audit', 'verify', id])).code);
    }
  });

  test('is nowhere in the home afterwards, and what is left can be proven', async () => {
    const id = await leak();
    const before = await recordsOf(id);
    expect((await holding(home, ...forms)).length).toBeGreaterThan(5);
    const {code, err} = await redact([id, '--yes']);
    expect([code, err]).toEqual([0, expect.stringMatching(/Done: «redacted:removed:[0-9a-f]{8}» stands in its place/)]);
    expect(err).not.toContain('horse');
    expect(await holding(home, ...forms, 'battery')).toEqual([]);

    const after = await recordsOf(id);
    expect(after.map(({seq, at}) => [seq, at]).slice(0, -1)).toEqual(before.map(({seq, at}) => [seq, at]));
    expect(after.map(({event}) => event.type)).toEqual([...before.map(({event}) => event.type), 'session.redacted']);
    expect(after.at(-1)?.event).toMatchObject({was: {seq: before.length - 1, hash: before.at(-1)?.hash}, unproven: []});
    for (const {rebuilt, recorded} of await rebuildRequests(after, blobStore(join(home, 'blobs')))) expect(rebuilt).toBe(recorded);
    const verified = await world.run(['audit', 'verify', id]);
    expect([verified.code, verified.out + verified.err]).toEqual([0, expect.anything()]);
  });

  test('is shown as its placeholder, in outputs, arguments and the title', async () => {
    const id = await leak();
    await redact([id, '--yes']);
    const [placeholder = ''] = readFileSync(join(home, 'sessions', id, 'log.jsonl'), 'utf8').match(/«redacted:removed:[0-9a-f]{8}»/) ?? [];
    expect((await world.run(['audit', 'show', '1.1', id])).out).toBe(`${placeholder}\n`);
    expect((await world.run(['sessions', 'show', id])).out).toContain(`Log in with ${placeholder} please`);
    expect((await world.run(['replay', id])).code).toBe(0);
    const flood = ofType(await recordsOf(id), 'tool.finished').find(({call}) => call === '1.2');
    expect(flood?.outcome).toMatchObject({shown: {truncated: true, redactions: 2, total: {lines: 12_002}}});
  });

  test('does not come back when the session goes on', async () => {
    const id = await leak();
    await redact([id, '--yes']);
    const script = join(world.root, 'more.json');
    writeFileSync(script, JSON.stringify({replies: [{text: 'Going on.'}], repeat_last: true}));
    const resumed = await world.run(['resume', id, '-p', 'go on', '--model', `scripted:${script}`]);
    expect([resumed.code, resumed.out]).toEqual([0, expect.stringContaining('Going on.')]);
    expect(await holding(home, ...forms)).toEqual([]);
    expect((await world.run(['audit', 'verify', id])).code).toBe(0);
  });

  test('is found across the frames of a blob, and in a prompt too large for the request', async () => {
    const big = "head -c 1048566 /dev/zero | tr '\\0' x; cat secret.txt; head -c 2000000 /dev/zero | tr '\\0' y";
    const lines = Array.from({length: 4_000}, (_, n) => (n % 1_500 === 3 ? `line ${n} with ${value}` : `line ${n} of a long prompt`));
    const id = await world.session({prompt: lines.join('\n'), commands: [big]});
    expect((await redact([id, '--yes'])).code).toBe(0);
    const records = await recordsOf(id);
    const blobs = blobStore(join(home, 'blobs'));
    const [prompted] = ofType(records, 'user.prompted');
    const whole = Buffer.from(await blobs.get(prompted!.whole!.blob)).toString();
    expect([whole.split('\n').length, whole.match(/«redacted/g)?.length]).toEqual([4_000, 3]);
    expect([prompted?.text.match(/«redacted/g)?.length, prompted?.text.includes(prompted.whole!.blob)]).toEqual([1, true]);
    const [ran] = ofType(records, 'tool.finished');
    const output = Buffer.from(await blobs.get((ran!.outcome as {shown: Excerpt}).shown.blob)).toString();
    expect(output.replace(/x+(«redacted:removed:[0-9a-f]{8}»)\ny+/, '$1')).toMatch(/^«[^»]+»$/);
    expect(await holding(home, ...forms)).toEqual([]);
    expect((await world.run(['audit', 'verify', id])).code).toBe(0);
  });

  test('is taken out a second time without a trace of the first', async () => {
    const id = await leak();
    await redact([id, '--yes']);
    expect(await redact([id, '--yes'])).toMatchObject({code: 0, err: 'The value was found nowhere.\n'});
    expect(await redact([id, '--yes'], 'battery-unknown')).toMatchObject({code: 0});
    expect((await redact([id, '--yes'], 'Going nowhere at all')).err).toContain('nowhere');
    expect((await redact([id, '--yes'], 'Log in with')).code).toBe(0);
    expect((await world.run(['audit', 'verify', id])).code).toBe(0);
  });
});

describe('what is asked', () => {
  test('without --yes nothing is changed where nobody can answer, and it is said where the value stands', async () => {
    const id = await leak();
    const log = readFileSync(join(home, 'sessions', id, 'log.jsonl'));
    const {code, err} = await redact([id]);
    expect([code, readFileSync(join(home, 'sessions', id, 'log.jsonl')).equals(log)]).toEqual([2, true]);
    expect(err).toMatch(new RegExp(`^${id}: \\d+ places in \\d+ records, \\d+ places in \\d+ stored outputs`));
    expect(err).toContain('type the same with --yes');
  });

  test('on a terminal the value is typed without being shown, and a no leaves all as it is', async () => {
    const id = await leak();
    const {code, out, err} = await world.run(['sessions', 'redact', id], {terminal: true, answers: `${value}\nn\n`});
    expect([code, err.includes('horse'), out.includes('horse')]).toEqual([1, false, false]);
    expect(err).toContain('Nothing was changed.');
  });

  test('too short a value is refused: it would be found everywhere', async () => {
    const id = await world.session();
    for (const typed of ['', 'short', '       '])
      expect(await redact([id, '--yes'], typed)).toMatchObject({code: 2, err: expect.stringContaining('at least 6 bytes')});
  });

  test('a file may hold the value, and --json says what was done', async () => {
    const id = await leak();
    const {code, out} = await world.run(['sessions', 'redact', id, '--from-file', 'secret.txt', '--yes', '--json']);
    expect([code, JSON.parse(out)]).toMatchObject([0, {v: 1, done: true, sessions: [{id}], others: [], kept: [], unproven: []}]);
    expect(await holding(home, ...forms)).toEqual([]);
  });
});

describe('other sessions', () => {
  test('that share an output are named and left as they are; --all takes it out of them too', async () => {
    const [one, other] = [await leak(), await leak()];
    const log = readFileSync(join(home, 'sessions', other, 'log.jsonl'));
    const {err} = await redact([one, '--yes']);
    expect(err).toContain(`${other}: `);
    expect(readFileSync(join(home, 'sessions', other, 'log.jsonl')).equals(log)).toBe(true);
    for (const id of [one, other]) expect((await world.run(['audit', 'verify', id])).code).toBe(0);
    expect((await redact([one, '--all', '--yes'])).code).toBe(0);
    expect(await holding(home, ...forms)).toEqual([]);
    for (const id of [one, other]) expect((await world.run(['audit', 'verify', id])).code).toBe(0);
  });

  test('that are open elsewhere stop it before anything is changed', async () => {
    const id = await leak();
    const {log} = await (await world.program().catalogue()).open(id);
    expect((await redact([id, '--yes'])).err).toContain('is open in another process');
    await log.close();
  });

  test('with --all, what no session names goes, and what was typed before', async () => {
    const id = await world.session();
    const ref = await blobStore(join(home, 'blobs')).put(Buffer.from(`kept: ${value}\n`));
    writeFileSync(join(home, 'history'), `${JSON.stringify(`use ${value}`)}\n"other"\n`);
    expect((await redact([id, '--all', '--yes'])).code).toBe(0);
    expect(await holding(home, ...forms)).toEqual([]);
    expect(readFileSync(join(home, 'history'), 'utf8')).toMatch(/^"use «redacted:removed:[0-9a-f]{8}»"\n"other"\n$/);
    expect(await blobStore(join(home, 'blobs')).size(ref)).toBeNull();
  });
});
