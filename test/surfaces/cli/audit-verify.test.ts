import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {CliWorld} from './world.ts';

const world = new CliWorld();
const home = world.env['AGENT_HOME'] ?? '';
let id: string;
let log: string;
beforeAll(async () => {
  id = await world.session({commands: ['seq 1 5000', 'echo out; echo err >&2']});
  log = join(home, 'sessions', id, 'log.jsonl');
});
afterAll(() => world.remove());

describe('agent audit verify', () => {
  test('a session as it is: what was looked at, and nothing else', async () => {
    const {code, out, err} = await world.run(['audit', 'verify', id]);
    expect({code, err}).toEqual({code: 0, err: ''});
    expect(out).toContain(`Session ${id}: proven`);
    expect(out).toContain('the home log knows it up to its last record');
    expect(out).toContain('2 cut again from the originals, byte for byte the same');
    expect(out).toContain('2 built again with the hash that was recorded');
  });

  test('as JSON, one object', async () => {
    const {code, out} = await world.run(['audit', 'verify', '--last', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      v: 1,
      verdict: 'proven',
      home: {verdict: 'proven'},
      sessions: [{session: id, faults: []}],
      unnamed: null,
    });
  });

  test('a damaged line: its file, line, bytes, and what to do', async () => {
    const whole = readFileSync(log, 'utf8');
    writeFileSync(log, whole.replace('"mode":"full"', '"mode":"fall"'));
    const {code, out} = await world.run(['audit', 'verify', id]);
    writeFileSync(log, whole);
    expect(code).toBe(6);
    expect(out).toContain(`Session ${id}: FAULTY`);
    expect(out).toMatch(
      /log\.jsonl, line 1, bytes 0 to \d+: its hash does not match its bytes\n {2}Every line before it can be read: agent replay /,
    );
  });

  test('--all: a line for each session, and the first fault of each that has some', async () => {
    const other = await world.session({prompt: 'Another'});
    const whole = readFileSync(log, 'utf8');
    writeFileSync(log, whole.split('\n').slice(0, -3).join('\n') + '\n');
    const {code, out} = await world.run(['audit', 'verify', '--all']);
    writeFileSync(log, whole);
    expect(code).toBe(6);
    expect(out).toMatch(new RegExp(`^${other} {2}proven `, 'm'));
    expect(out).toMatch(new RegExp(`^${id} {2}FAULTY .* · 1 fault$`, 'm'));
    expect(out).toContain('lines are missing');
    expect(out).toContain('of 2 sessions 1 proven, 0 in part, 1 faulty');
    expect((await world.run(['audit', 'verify', '--all'])).code).toBe(0);
  });

  test('a removed session is no loss; a lost one is', async () => {
    const [removed, lost] = [await world.session(), await world.session()];
    expect((await world.run(['sessions', 'rm', removed, '-y'])).code).toBe(0);
    const {code, out} = await world.run(['audit', 'verify', '--all']);
    expect(code).toBe(0);
    expect(out).not.toContain(removed);
    const folder = join(home, 'sessions', lost);
    rmSync(folder, {recursive: true});
    const found = await world.run(['audit', 'verify', '--all']);
    expect(found.code).toBe(6);
    expect(found.out).toContain(`session ${lost} has no log`);
    expect(found.out).toContain(`agent sessions rm ${lost}`);
    expect(await world.run(['audit', 'verify', lost])).toMatchObject({code: 6, out: expect.stringContaining(`session ${lost} has no log`)});
    expect(await world.run(['replay', lost])).toMatchObject({code: 6, err: expect.stringContaining(`agent sessions rm ${lost}`)});
    expect((await world.run(['sessions', 'rm', lost, '-y'])).code).toBe(0);
    expect((await world.run(['audit', 'verify', '--all'])).code).toBe(0);
    expect((await world.run(['replay', lost])).code).toBe(2);
  });

  test.each([['--all', 'k3f'], ['--all', '--last'], ['--last', 'k3f'], ['nothing-begins-so']])('%s %s is wrong usage', async (...words) => {
    const {code, err} = await world.run(['audit', 'verify', ...words]);
    expect(code).toBe(2);
    expect(err).toContain('agent');
  });
});

describe('what is written of a session while it works and afterwards is known to the home log', () => {
  const sinceAnchor = async (session: string) => {
    const {out} = await world.run(['audit', 'verify', session, '--json']);
    return JSON.parse(out).sessions[0].log as {since_anchor: number; anchored: number | null};
  };

  test('also behind a rename and an apply', async () => {
    const session = await world.session({commands: ['echo new > made.txt']});
    expect((await sinceAnchor(session)).since_anchor).toBe(0);
    await world.run(['sessions', 'rename', session, 'Another title']);
    expect((await sinceAnchor(session)).since_anchor).toBe(0);
    const before = await sinceAnchor(session);
    expect((await world.run(['apply', session])).code).toBe(0);
    const after = await sinceAnchor(session);
    expect(after.since_anchor).toBe(0);
    expect(after.anchored).toBeGreaterThan(before.anchored ?? 0);
  });

  test('at every rest of a session that somebody sits before', async () => {
    const script = join(world.root, 'two.json');
    writeFileSync(script, JSON.stringify({replies: [{text: 'One.'}, {text: 'Two.'}]}));
    const flags = {model: `scripted:${script}`, mode: 'full' as const};
    const opened = await world.program().open({dir: world.repo, in_place: false, add_dirs: [], config: null, flags, headless: false});
    await opened.session.submit({type: 'prompt', text: 'Hi'});
    await opened.session.settled();
    await expect.poll(async () => (await sinceAnchor(opened.id)).since_anchor, {timeout: 20_000, interval: 200}).toBe(0);
    await opened.session.submit({type: 'prompt', text: 'Again'});
    await opened.session.settled();
    await expect.poll(async () => (await sinceAnchor(opened.id)).since_anchor, {timeout: 20_000, interval: 200}).toBe(0);
    await opened.session.close();
    expect((await sinceAnchor(opened.id)).since_anchor).toBe(0);
  });
});
