import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {widthOf} from '../../../src/surfaces/cli/format/width.ts';
import {auditedSession, logOf} from './audited-session.ts';
import {CliWorld} from './world.ts';

const world = new CliWorld();
const flood = Buffer.from(Array.from({length: 15_000}, (_, index) => `line ${index + 1}\n`).join(''));
const windows = [
  ['head', 1, 20],
  ['salient', 7_000, 7_001],
  ['salient', 7_100, 7_100],
  ['tail', 14_951, 15_000],
] as const;
const command = '=cmd|\' /C "calc"\'!A0, and\nmore that is long enough to be cut in any table that is not very wide indeed';
const id = '0k3v9q2m7x';

beforeAll(async () => {
  await auditedSession(world, [
    {bytes: Buffer.from('ok\n')},
    {bytes: flood, shown: windows, redactions: 2},
    {bytes: flood, shown: windows, tool: '=2+3', input: {command}},
    {bytes: Buffer.from('ok\n')},
    {bytes: Buffer.alloc(0)},
    {bytes: Buffer.alloc(0)},
  ]);
});
afterAll(() => world.remove());

test('the table has every shortened output with its receipt, and what they come to', async () => {
  const {code, out, err} = await world.run(['audit']);
  expect({code, err}).toEqual({code: 0, err: ''});
  const [head, first, second, ...rest] = out.split('\n');
  expect(head?.split(/ {2,}/)).toEqual([
    'call',
    'tool',
    'bytes',
    'lines',
    'head',
    'salient',
    'tail',
    'dropped',
    'saved',
    'repeats',
    'masked',
    'sha256',
  ]);
  expect(first).toMatch(/^2\.1 {3}shell npm test +\d+ kB {2}15,000 {4}20 {8}3 {4}50 {3}14,927 {2}\d+\.\dk {8}0 {7}2 {2}[0-9a-f]{12}$/);
  expect(second).toMatch(/^3\.1 .* 1 {7}0 {2}[0-9a-f]{12}$/);
  expect(rest.join('\n')).toMatch(
    /^\n2 of 6 outputs shortened · 308 kB in, 806 B shown · 29,854 lines dropped · about [\d,]+ tokens saved · 2 repeats · 2 secrets masked · 0 retry storms\nSee the whole of one: agent audit show 2\.1 0k3v9q2m7x /,
  );
});

test('on a terminal it is as wide as the terminal, down to what matters most', async () => {
  const heads: string[] = [];
  for (let columns = 40; columns <= 160; columns++) {
    const {out} = await world.run(['audit'], {terminal: true, columns, env: {NO_COLOR: '1'}});
    const lines = out.split('\n');
    expect({columns, over: lines.filter(line => widthOf(line) > columns)}).toEqual({columns, over: []});
    heads.push(lines[0] ?? '');
    expect(lines[0]).toMatch(/^call {2}tool .* lines .*dropped/);
    expect(lines[1]).toMatch(/^2\.1 {3}shell npm .*14,927/);
  }
  expect(heads[0]).not.toContain('sha256');
  expect(heads[40]).toMatch(/head\+mid\+tail .* saved .* sha256$/);
  expect(heads[120]).toMatch(/bytes .* head .* salient .* tail .* repeats .* sha256$/);
});

test('as JSON', async () => {
  const {out} = await world.run(['audit', id, '--json']);
  const {v, session, running, outputs, total} = JSON.parse(out);
  expect({v, session, running}).toEqual({v: 1, session: id, running: false});
  expect(outputs).toMatchObject([
    {call: '2.1', tool: 'shell', title: 'shell npm test', repeats: 0, excerpt: {truncated_lines_count: 14_927, redactions: 2}},
    {call: '3.1', repeats: 1},
  ]);
  expect(total).toMatchObject({outputs: 6, shortened: 2, dropped_lines: 29_854, repeats: 2, redactions: 2});
  expect(total.saved).toBe(outputs[0].saved + outputs[1].saved);
});

test('as CSV that no spreadsheet takes for a formula', async () => {
  const {code, out} = await world.run(['audit', '--csv']);
  expect(code).toBe(0);
  const rows = parseCsv(out);
  expect(rows.map(row => row.length)).toEqual([17, 17, 17]);
  expect(rows[0]?.slice(0, 4)).toEqual(['session', 'call', 'tool', 'title']);
  expect(rows[1]?.slice(1, 14)).toEqual([
    '2.1',
    'shell',
    'shell npm test',
    '153894',
    '15000',
    '20',
    '3',
    '50',
    '14927',
    '400',
    '100',
    '38374',
    '0',
  ]);
  expect(rows[2]?.[2]).toBe("'=2+3");
  expect(rows[2]?.[3]).toMatch(/^'=2\+3 =cmd\|' \/C "calc"'!A0, and ⏎ more/);
  expect(out.endsWith('\r\n')).toBe(true);
  expect((await world.run(['audit', '--csv', '--json'])).code).toBe(2);
});

test('a session without outputs, and one in which all were shown whole', async () => {
  await auditedSession(world, [], '1empty0000');
  await auditedSession(world, [{bytes: Buffer.from('ok\n')}], '2whole0000');
  expect(await world.run(['audit', '1em'])).toEqual({code: 0, out: '', err: 'Session 1empty0000 has no output yet.\n'});
  expect((await world.run(['audit', '2wh'])).err).toBe('Session 2whole0000: none of its 1 outputs was shortened.\n');
  expect(JSON.parse((await world.run(['audit', '1em', '--json'])).out)).toMatchObject({outputs: [], total: {outputs: 0}});
  expect(parseCsv((await world.run(['audit', '1em', '--csv'])).out)).toHaveLength(1);
});

test('a failure that came back again and again is a storm, also where nothing was shortened', async () => {
  const failed = {bytes: Buffer.from('src/a.ts(3,1): error TS2304: Cannot find name x.\n'), failed: 'error TS2304'};
  await auditedSession(world, [failed, failed, failed], '5storm0000');
  const {out} = await world.run(['audit', '5st']);
  expect(out).toMatch(
    /^0 of 3 outputs shortened · .* · 2 repeats · 1 retry storm\nWhat came back again and again: agent audit postmortem 5storm0000\n$/,
  );
  const {storms} = JSON.parse((await world.run(['audit', '5st', '--json'])).out);
  expect(storms).toMatchObject([{kind: 'failure', times: 3, calls: ['1.1', '2.1', '3.1']}]);
});

test('a prompt that was too long counts, and is shown by its name', async () => {
  const prompt = Buffer.from(`${'word '.repeat(20)}\n`.repeat(300));
  await auditedSession(
    world,
    [
      {
        bytes: prompt,
        tool: 'prompt',
        shown: [
          ['head', 1, 20],
          ['tail', 281, 300],
        ],
      },
    ],
    '6prompt000',
  );
  expect((await world.run(['audit', '6pr'])).out).toMatch(
    /\nprompt {2}prompt {2}30 kB {4}300 .*\n\n1 of 1 output shortened .*\n.* agent audit show prompt 6prompt000/,
  );
  expect((await world.run(['audit', 'show', 'prompt', '6pr'])).out).toBe(prompt.toString());
  expect((await world.run(['audit', 'show', 'prompt', '6pr', '--dropped'])).out.split('\n')).toHaveLength(261);
  const {total} = JSON.parse((await world.run(['stats', '--json', '--by', 'session'])).out);
  expect(total.saved).toBeGreaterThan(7_000);
});

test('a session that is still running is shown as far as it is', async () => {
  const live = new CliWorld();
  const script = `${live.root}/script.json`;
  writeFileSync(script, JSON.stringify({replies: [{calls: [{tool: 'shell', input: {command: 'seq 9000'}}]}, {text: 'Done.'}]}));
  const flags = {model: `scripted:${script}`, mode: 'full' as const};
  const {id: open, session} = await live
    .program()
    .open({dir: live.repo, in_place: true, add_dirs: [], config: null, flags, headless: true});
  await session.submit({type: 'prompt', text: 'go'});
  await session.settled();
  const running = await live.run(['audit']);
  expect(running).toMatchObject({code: 0, err: `Session ${open} is still running: this is what stands so far.\n`});
  expect(running.out).toMatch(/\n1\.1 +shell seq 9000 +44 kB +9,000 /);
  expect(JSON.parse((await live.run(['audit', '--json'])).out)).toMatchObject({running: true});
  await session.close();
  expect((await live.run(['audit'])).err).toBe('');
  live.remove();
});

test('a torn last line is not there yet; a damaged one is said, behind what stands before it', async () => {
  await auditedSession(
    world,
    [
      {bytes: flood, shown: windows},
      {bytes: flood, shown: windows},
    ],
    '3torn00000',
  );
  appendFileSync(logOf(world, '3torn00000'), '{"v":1,"seq":');
  expect((await world.run(['audit', '3to'])).out).toContain('2 of 2 outputs shortened');
  await auditedSession(
    world,
    [
      {bytes: flood, shown: windows},
      {bytes: flood, shown: windows},
    ],
    '4damaged00',
  );
  const lines = readFileSync(logOf(world, '4damaged00'), 'utf8').split('\n');
  writeFileSync(logOf(world, '4damaged00'), lines.with(4, `${lines[4]} `).join('\n'));
  const {code, out, err} = await world.run(['audit', '4da']);
  expect(code).toBe(1);
  expect(out).toContain('1 of 1 output shortened');
  expect(err).toMatch(/The log of session 4damaged00 is damaged; shown is what stands before it\..*line 5/);
});

/** RFC 4180, strictly. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
