import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {decodeIndex, indexBytes, trailerBytes} from '../../../src/adapters/session/blob-format.ts';
import {blobStore} from '../../../src/adapters/session/blob-store.ts';
import type {BlobRef, Sha256} from '../../../src/core/vocabulary/ids.ts';
import {runCli} from '../../../src/surfaces/cli/cli.ts';
import {auditedSession, blobFile, homeOf, lineStarts, logOf} from './audited-session.ts';
import {captured, CliWorld} from './world.ts';

const world = new CliWorld();
const lines = (count: number, of = (n: number) => `line ${n}`) =>
  Buffer.from(Array.from({length: count}, (_, n) => `${of(n + 1)}\n`).join(''));
const flood = lines(1_000, n => (n % 100 === 0 ? `error number ${n}` : `line ${n}`));
const windows = [
  ['head', 1, 20],
  ['salient', 300, 301],
  ['tail', 951, 1_000],
] as const;
const odd = Buffer.from([0x62, 0xff, 0xfe, 0x0d, 0x0a, 0x00, 0x1b, 0x5b, 0x0a, 0x0a, 0x78]);
const [id, other] = ['0k3v9q2m7x', '1other0000'];

beforeAll(async () => {
  await auditedSession(world, [{bytes: Buffer.from('only in the other\n')}], other);
  await auditedSession(world, [
    {bytes: flood, shown: windows, view: 'the view\nof two lines\n'},
    {bytes: odd, shown: [], tool: 'read'},
    {bytes: Buffer.alloc(0)},
    {bytes: flood.subarray(0, flood.length - 1), shown: windows},
    {bytes: Buffer.from('ok\n')},
  ]);
});
afterAll(() => world.remove());

/** The bytes, not the text: what is shown need not be UTF-8. */
async function show(...words: string[]): Promise<{code: number; out: Buffer; err: string}> {
  const {io, err} = captured();
  const pieces: Buffer[] = [];
  const code = await runCli(
    ['audit', 'show', ...words, ...(words.includes(other) || words.includes('--last') ? [] : [id])],
    world.program(),
    {
      ...io,
      print: text => void pieces.push(Buffer.from(`${text}\n`)),
      send: async bytes => void pieces.push(Buffer.from(bytes)),
    },
  );
  return {code, out: Buffer.concat(pieces), err: err()};
}

/** The lines from the numbers in front of them, and the bytes behind them. */
function numbered(out: Buffer): {numbers: number[]; bytes: Buffer} {
  const starts = lineStarts(out);
  const rows = starts.slice(0, -1).map((start, index) => out.subarray(start, starts[index + 1]));
  return {
    numbers: rows.map(row => Number.parseInt(row.toString('latin1'), 10)),
    bytes: Buffer.concat(rows.map(row => row.subarray(row.indexOf(9) + 1))),
  };
}

const from = (bytes: Buffer, first: number, last: number): Buffer => bytes.subarray(lineStarts(bytes)[first - 1], lineStarts(bytes)[last]);
const through = (first: number, last: number): number[] => Array.from({length: last - first + 1}, (_, index) => first + index);

test('the original, byte for byte, by call, step and hash; and what the model saw', async () => {
  const sha256 = await sha256Of('1.1');
  for (const name of ['1.1', '1', sha256, sha256.slice(0, 8), `sha256:${sha256.slice(0, 9).toUpperCase()}`])
    expect(await show(name)).toEqual({code: 0, out: flood, err: ''});
  expect((await show('2.1')).out).toEqual(odd);
  expect((await show('1.1', '--as-shown')).out.toString()).toBe('the view\nof two lines\n');
  expect(await show('3.1')).toEqual({code: 0, out: Buffer.alloc(0), err: 'The output of 3.1 is empty.\n'});
});

test('--dropped is exactly what was not shown, with line numbers, in any cut', async () => {
  const {code, out} = await show('1.1', '--dropped');
  expect(code).toBe(0);
  const {numbers, bytes} = numbered(out);
  expect(numbers).toEqual([...through(21, 299), ...through(302, 950)]);
  expect(bytes).toEqual(Buffer.concat([from(flood, 21, 299), from(flood, 302, 950)]));
  expect(numbers).toHaveLength((await receiptOf('1.1')).truncated_lines_count);
});

test('--dropped of what is not text, and of what was not shortened', async () => {
  expect(numbered((await show('2.1', '--dropped')).out)).toEqual({numbers: [1, 2, 3, 4], bytes: odd});
  expect(await show('5.1', '--dropped')).toEqual({
    code: 0,
    out: Buffer.alloc(0),
    err: 'Nothing was dropped: the model saw the whole output of 5.1.\n',
  });
  expect((await show('1.1', '--dropped', '--lines', '5-12')).err).toBe(
    'Nothing was dropped there: the model saw lines 5 to 12 of 1.1 whole.\n',
  );
});

test.each([
  ['1-1', 1, 1],
  ['20-22', 20, 22],
  ['999-1000', 999, 1_000],
  ['1000-4000', 1_000, 1_000],
  ['7', 7, 7],
])('--lines %s', async (range, first, last) => {
  for (const call of ['1.1', '4.1']) {
    const whole = call === '1.1' ? flood : flood.subarray(0, flood.length - 1);
    expect((await show(call, '--lines', range)).out).toEqual(from(whole, first, last));
  }
});

test('--lines of the view, past the end, and of what was dropped', async () => {
  expect((await show('1.1', '--as-shown', '--lines', '2')).out.toString()).toBe('of two lines\n');
  expect(await show('1.1', '--lines', '1001-1002')).toMatchObject({
    code: 2,
    err: expect.stringContaining('has 1000 lines: there is no line 1001'),
  });
  for (const [first, last] of [
    [1, 1_000],
    [15, 25],
    [21, 21],
    [298, 305],
    [950, 951],
    [299, 302],
  ] as const) {
    const {numbers, bytes} = numbered((await show('1.1', '--dropped', '--lines', `${first}-${last}`)).out);
    const expected = [...through(21, 299), ...through(302, 950)].filter(number => number >= first && number <= last);
    expect(numbers).toEqual(expected);
    expect(bytes).toEqual(Buffer.concat(expected.map(number => from(flood, number, number))));
  }
});

describe('--grep', () => {
  const numbersOf = async (...words: string[]) => numbered((await show(...words)).out).numbers;

  test('finds lines with their numbers, in all of it or in a part', async () => {
    expect((await show('1.1', '--grep', 'number [12]00$')).out.toString()).toBe('100\terror number 100\n200\terror number 200\n');
    expect(await numbersOf('1.1', '--grep', '^error')).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000]);
    expect(await numbersOf('1.1', '--dropped', '--grep', '^error')).toEqual([100, 200, 400, 500, 600, 700, 800, 900]);
    expect(await numbersOf('1.1', '--dropped', '--grep', 'error', '--lines', '250-600')).toEqual([400, 500, 600]);
    expect(await numbersOf('1.1', '--grep', 'error', '--lines', '300-599')).toEqual([300, 400, 500]);
    expect(await numbersOf('1.1', '--as-shown', '--grep', 'two')).toEqual([2]);
    expect(await numbersOf('4.1', '--grep', 'number 1000')).toEqual([1_000]);
  });

  test('of any bytes gives them as they are', async () => {
    expect((await show('2.1', '--grep', '^$')).out).toEqual(Buffer.from('3\t\n'));
    expect(numbered((await show('2.1', '--grep', '(?-u)^b.*$|x')).out)).toEqual({
      numbers: [1, 4],
      bytes: Buffer.concat([odd.subarray(0, 5), odd.subarray(10)]),
    });
  });

  test('says that nothing matches, and what is wrong with a pattern', async () => {
    expect(await show('1.1', '--grep', 'nowhere')).toEqual({code: 0, out: Buffer.alloc(0), err: 'No line there matches nowhere in 1.1.\n'});
    expect(await show('1.1', '--grep', '(')).toMatchObject({code: 2, err: expect.stringContaining('unclosed group')});
    expect(await show('1.1', '--grep', 'a\\nb')).toMatchObject({code: 2, err: expect.stringContaining('not allowed')});
  });

  test('does not hang on a pattern that backtracks elsewhere', async () => {
    await auditedSession(world, [{bytes: Buffer.from(`${'a'.repeat(200_000)}!\nb\n`)}], '5regex0000');
    const {out} = await world.run(['audit', 'show', '1.1', '5re', '--grep', '^(a|a?)+$|b']);
    expect(out).toBe('2\tb\n');
  });
});

test('--json is the receipt, with what was dropped and where the lines stand', async () => {
  const {out} = await show('1.1', '--json', '--lines', '21-22');
  const {v, session, call, title, excerpt, dropped, range} = JSON.parse(out.toString());
  expect({v, session, call, title}).toEqual({v: 1, session: id, call: '1.1', title: 'shell npm test'});
  expect(excerpt).toEqual(await receiptOf('1.1'));
  expect(dropped.map(({first, last}: {first: number; last: number}) => [first, last])).toEqual([
    [21, 299],
    [302, 950],
  ]);
  expect(flood.subarray(range.start, range.end)).toEqual(from(flood, 21, 22));
});

test.each([
  [['9.1'], /has no output "9\.1"\. Name a call/],
  [['12345678'], /has no output "12345678"/],
  [['6'], /has no output "6"/],
  [['1.1', '--dropped', '--as-shown'], /cannot be used with option/],
  [['1.1', '--lines', '0'], /Expected lines from 1/],
  [['--diff', '--last', '1.1'], /--diff compares two outputs, and only one was named/],
  [['--diff', '1.1', '2.1', '--grep', 'x'], /cannot be used with option/],
  [['1.1', id, 'more'], /Too many arguments: more|Too many arguments/],
])('%j is wrong usage', async (words, message) => {
  const {code, out, err} = await show(...words);
  expect({code, out: out.length}).toEqual({code: 2, out: 0});
  expect(err).toMatch(message);
});

test('a hash of another session of this repository is found where none was named', async () => {
  const sha256 = await sha256Of('1.1', other);
  expect((await world.run(['audit', 'show', sha256.slice(0, 10)])).out).toBe('only in the other\n');
  expect((await world.run(['audit', 'show', sha256.slice(0, 10), id])).code).toBe(2);
});

test('what excerpt kept is found by its whole hash, with no session and outside of a repository', async () => {
  const fresh = new CliWorld();
  const ref = await blobStore(`${homeOf(fresh)}/blobs`).put(flood);
  const run = async (...words: string[]) => fresh.run(['audit', 'show', ref, ...words], {cwd: fresh.root});
  expect(await run()).toEqual({code: 0, out: flood.toString(), err: ''});
  expect((await run('--lines', '7')).out).toBe('line 7\n');
  expect((await run('--grep', '200$')).out).toBe('200\terror number 200\n');
  for (const form of ['--dropped', '--as-shown', '--json'])
    expect(await run(form)).toMatchObject({code: 2, err: expect.stringContaining('only the original is there')});
  expect(await fresh.run(['audit', 'show', ref.slice(0, 20)], {cwd: fresh.root})).toMatchObject({
    code: 2,
    err: expect.stringMatching(
      /^error: There is no output .*\nWhat agent excerpt --keep stored is found by its whole sha256 only \(64 digits\)\.\n$/,
    ),
  });
  writeFileSync(blobFile(fresh, ref), 'damaged');
  expect(await run()).toMatchObject({code: 6, err: expect.stringContaining('agent audit verify --all')});
  fresh.remove();
});

describe('--diff', () => {
  test('says in which lines two outputs differ, whichever place the flag has', async () => {
    const expected =
      '--- 1.1\tshell npm test\n+++ 4.1\tshell npm test\n@@ -997,4 +997,4 @@\n line 997\n line 998\n line 999\n-error number 1000\n+error number 1000\n\\ No newline at end of file\n';
    for (const words of [
      ['--diff', '1.1', '4.1'],
      ['1.1', '--diff', '4.1'],
      ['1.1', '4.1', '--diff'],
    ])
      expect(await show(...words)).toEqual({code: 0, out: Buffer.from(expected), err: ''});
    expect(await show('1.1', '1.1', '--diff')).toEqual({code: 0, out: Buffer.alloc(0), err: '1.1 and 1.1 are the same, byte for byte.\n'});
    expect((await show('3.1', '5.1', '--diff')).out.toString()).toContain('@@ -0,0 +1,1 @@\n+ok\n');
  });

  test('leaves bytes as they are', async () => {
    const {out} = await show('5.1', '2.1', '--diff');
    expect(out.subarray(out.indexOf('@@'))).toEqual(
      Buffer.concat([
        Buffer.from('@@ -1,1 +1,4 @@\n-ok\n+'),
        odd.subarray(0, 5),
        Buffer.from('+'),
        odd.subarray(5, 9),
        Buffer.from('+\n+x\n\\ No newline at end of file\n'),
      ]),
    );
  });

  test('of huge outputs compares the beginning, and says so', async () => {
    const huge = (mark: string) => lines(300_000, n => (n % 50_000 === 0 ? `${mark} ${n}` : `line ${n}`));
    await auditedSession(world, [{bytes: huge('a')}, {bytes: huge('b')}], '6huge00000');
    const {code, out, err} = await world.run(['audit', 'show', '--diff', '1.1', '2.1', '6hu']);
    expect(code).toBe(0);
    expect(out.match(/^[-+][ab] \d+$/gm)).toHaveLength(8);
    expect(err).toMatch(/^Of 1\.1 only the first 200000 lines are compared \(of 300000, .*\)\.\nOf 2\.1 only/);
  });

  test('of huge outputs that are the same as far as they are compared, says that they differ behind it', async () => {
    const huge = (mark: string) => lines(300_000, n => (n === 299_999 ? mark : `line ${n}`));
    await auditedSession(world, [{bytes: huge('a')}, {bytes: huge('b')}], '6late00000');
    const {code, out, err} = await world.run(['audit', 'show', '--diff', '1.1', '2.1', '6la']);
    expect({code, out}).toEqual({code: 0, out: ''});
    const [one, two] = [await sha256Of('1.1', '6late00000'), await sha256Of('2.1', '6late00000')];
    expect(err).toContain(`they differ, behind it: the sha256 of 1.1 is ${one}, that of 2.1 ${two}.`);
    expect(err).toContain('agent audit show 1.1 6late00000 --lines 200001-200200');
  });

  test('of outputs that differ everywhere is one replacement, and says so', async () => {
    await auditedSession(world, [{bytes: lines(20_000)}, {bytes: lines(20_000, n => `other ${n}`)}], '7apart0000');
    const {out, err} = await world.run(['audit', 'show', '--diff', '1.1', '2.1', '7ap']);
    expect(err).toContain('They differ in very many lines');
    expect(out.match(/^@@ .*/gm)).toEqual(['@@ -1,20000 +1,20000 @@']);
    expect(out.split('\n')).toHaveLength(40_004);
  });
});

describe('of a huge output', () => {
  const frames = 24;
  // Noise that no compression takes out, in lines.
  const noise = Buffer.alloc(frames << 20);
  let seed = 1;
  for (let at = 0; at < noise.length; at++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    noise[at] = at % 97 === 96 ? 10 : 97 + ((seed >>> 16) % 26);
  }
  let ref = '';
  const middle = Math.floor(noise.length / 97 / 2);

  beforeAll(async () => {
    await auditedSession(
      world,
      [
        {
          bytes: noise,
          shown: [
            ['head', 1, 20],
            ['tail', 250_000, Math.ceil(noise.length / 97)],
          ],
        },
      ],
      '8noise0000',
    );
    ref = await sha256Of('1.1', '8noise0000');
  });

  test('a part reads only the frames that it lies in: damage to all others is not even seen', async () => {
    const file = blobFile(world, ref);
    const sound = readFileSync(file);
    const length = indexBytes(sound.subarray(-trailerBytes));
    if (typeof length === 'string') throw new Error(length);
    const index = decodeIndex(sound.subarray(-length), ref as BlobRef, sound.length);
    if (typeof index === 'string') throw new Error(index);
    const start = (middle - 1) * 97;
    const touched = index.frames.filter(frame => frame.start < start + 10 * 97 && frame.start + frame.bytes >= start);
    const damaged = Buffer.from(sound);
    for (const frame of index.frames) if (!touched.includes(frame)) damaged[frame.at + 100]! ^= 1;
    expect(touched.length).toBeLessThanOrEqual(2);
    writeFileSync(file, damaged);
    try {
      const range = `${middle}-${middle + 9}`;
      const expected = noise.subarray(start, start + 970).toString();
      const run = async (...words: string[]) => world.run(['audit', 'show', '1.1', '8no', '--lines', range, ...words]);
      expect(await run()).toEqual({code: 0, out: expected, err: ''});
      expect((await run('--dropped')).out).toBe(expected.replaceAll(/^(?=.)/gm, numbering(middle)));
      expect((await run('--grep', '.')).out).toBe(expected.replaceAll(/^(?=.)/gm, numbering(middle)));
      expect(await world.run(['audit', 'show', '1.1', '8no'])).toMatchObject({code: 6});
    } finally {
      writeFileSync(file, sound);
    }
  });

  test('the reader may go', async () => {
    const {io} = captured();
    const gone = new AbortController();
    let sent = 0;
    const closed = {
      ...io,
      gone: gone.signal,
      send: async (bytes: Uint8Array | string) => {
        sent += bytes.length;
        gone.abort();
      },
    };
    for (const words of [[], ['--dropped'], ['--grep', '.']])
      await runCli(['audit', 'show', '1.1', '8no', ...words], world.program(), closed);
    expect(sent).toBeLessThan(6 << 20);
  });
});

describe('what is damaged or gone', () => {
  const damagedWorld = new CliWorld();
  afterAll(() => damagedWorld.remove());

  test('is said, with exit code 6, and the rest stays readable', async () => {
    await auditedSession(damagedWorld, [{bytes: flood, shown: windows, view: 'seen\n'}, {bytes: Buffer.from('ok\n')}]);
    const {blob, view} = await receiptOf('1.1', id, damagedWorld);
    rmSync(blobFile(damagedWorld, view));
    const lost = await damagedWorld.run(['audit', 'show', '1.1', '--as-shown']);
    expect(lost).toMatchObject({code: 6, out: ''});
    expect(lost.err).toMatch(
      /The stored copy of what the model saw of 1\.1 cannot be relied on: blob [0-9a-f]{64} is missing\nThe original is kept apart from it: agent audit show 1\.1/,
    );
    expect((await damagedWorld.run(['audit', 'show', '1.1', '--lines', '3'])).out).toBe('line 3\n');
    const bytes = readFileSync(blobFile(damagedWorld, blob));
    bytes[20]! ^= 4;
    writeFileSync(blobFile(damagedWorld, blob), bytes);
    for (const words of [[], ['--dropped'], ['--lines', '3'], ['--grep', 'x'], ['--diff', '2.1']]) {
      const {code, err} = await damagedWorld.run(['audit', 'show', '1.1', ...words]);
      expect({words, code}).toEqual({words, code: 6});
      expect(err).toMatch(
        /The stored copy of the original of 1\.1 cannot be relied on: .* do not match their checksum\nWhat else is damaged: agent audit verify/,
      );
    }
    rmSync(blobFile(damagedWorld, blob));
    expect((await damagedWorld.run(['audit', 'show', '1.1', '--dropped'])).code).toBe(6);
    expect((await damagedWorld.run(['audit', 'show', '2.1'])).out).toBe('ok\n');
  });

  test('a log that is damaged behind the output shows it all the same', async () => {
    await auditedSession(damagedWorld, [{bytes: Buffer.from('ok\n')}, {bytes: Buffer.from('ok 2\n')}], '9log000000');
    const text = readFileSync(logOf(damagedWorld, '9log000000'), 'utf8').split('\n');
    writeFileSync(logOf(damagedWorld, '9log000000'), text.with(4, `${text[4]} `).join('\n'));
    const shown = await damagedWorld.run(['audit', 'show', '1.1', '9lo']);
    expect(shown).toMatchObject({code: 0, out: 'ok\n'});
    expect(shown.err).toContain('is damaged behind this output');
    expect(await damagedWorld.run(['audit', 'show', '2.1', '9lo'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Its log is damaged'),
    });
  });
});

test('on a terminal it is paged, and what a terminal would obey is written out', async () => {
  const paged = new CliWorld();
  paged.env['PAGER'] = `cat > ${paged.root}/paged`;
  await auditedSession(paged, [{bytes: Buffer.from('a\u001b]0;title\u0007b\u001b[31mred\n')}]);
  const {out} = await paged.run(['audit', 'show', '1.1'], {terminal: true});
  expect(out).toBe('');
  expect(readFileSync(`${paged.root}/paged`, 'utf8')).toBe('a\\x1b]0;title\\x07b\u001b[31mred\n');
  paged.remove();
});

const numbering = (first: number) => {
  let next = first;
  return () => `${next++}\t`;
};

async function receiptOf(call: string, session: string = id, at = world) {
  return JSON.parse((await at.run(['audit', 'show', call, session, '--json'])).out).excerpt;
}

async function sha256Of(call: string, session: string = id): Promise<Sha256> {
  const {stdout_sha256} = await receiptOf(call, session);
  expect(await blobStore(`${homeOf(world)}/blobs`).size(stdout_sha256)).not.toBe(null);
  return stdout_sha256;
}
