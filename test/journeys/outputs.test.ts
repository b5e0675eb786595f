import {spawnSync} from 'node:child_process';
import {existsSync, globSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {programs} from '../contracts/shell.ts';
import {draw, letters} from '../core/redaction/made-secrets.ts';
import {journey, ofType, withProvider, type Journey} from '../support/journey.ts';
import {measuredBlob} from '../support/measured.ts';
import {bare, outcomeOf, proven} from '../support/proven-output.ts';

const node = (program: string) => `node '${programs}/${program.replace(' ', "' ")}${program.includes(' ') ? '' : "'"}`;
const sh = (program: string) => `sh '${programs}/${program}'`;
const shell = (command: string, more: object = {}) => ({tool: 'shell', input: {command, ...more}});
const contains = (texts: readonly string[]) => texts.map(text => ({contains: text}));
const headless = (model: string) => ['-p', '--mode', 'full', '--model', model, 'Go.'];

type Case = {title: string; command: string; exit?: number; shows: readonly string[]};

const cases: readonly Case[] = [
  {
    title: 'redraws of a progress bar',
    command: node('redraws.mjs'),
    shows: ['⟨… 1 line cut: 41,746 of 41,764 bytes drawn over …⟩done: 1000 of 1000'],
  },
  {
    title: 'redraws that stop in the middle of a line',
    command: node('redraws.mjs unfinished'),
    shows: ['drawn over …⟩[############        ] 62.5%\n⟨no newline at the end⟩'],
  },
  {
    title: 'a spinner that moves the cursor',
    command: node('spins.mjs'),
    shows: ['warning: src/store.ts:88:7 the cache is never emptied', '✔ built 3000 modules', 'lines not shown'],
  },
  {
    title: 'one line of 50 MB',
    command: node('one-long-line.mjs'),
    shows: ['abcdefghij', '⟨… 1 line cut: 49,99', ' of 50,000,000 bytes …⟩', 'abcdefghij\n⟨no newline at the end⟩'],
  },
  {title: 'an image', command: node('image.mjs'), shows: ['⟨PNG image, not shown: 300,016 bytes in 1,155 lines; kept whole: read_output']},
  {title: 'noise', command: node('binary.mjs'), shows: ['⟨binary data, not shown: 65,536 bytes in']},
  {title: 'an archive', command: sh('archive.sh'), shows: ['⟨binary data, not shown: ']},
  {title: 'names with NUL between', command: sh('nul-names.sh'), shows: ['index of 1.ts␀./src/module-2/index of 2.ts␀', '⟨… 1 line cut: ']},
  {
    title: 'text in another encoding that ends within a character',
    command: node('latin-1.mjs'),
    shows: [
      'Stra\u{fffd}e caf\u{fffd}\n',
      '🦛 and a half: \u{fffd}\n⟨no newline at the end; bytes that are not UTF-8 are shown as U+FFFD⟩',
    ],
  },
  {
    title: 'every kind of broken UTF-8',
    command: node('broken-utf8.mjs'),
    shows: ['⟨binary data, not shown: 39 bytes in 7 lines; kept whole'],
  },
  {
    title: 'two pipes, and a line that begins on one and ends on the other',
    command: node('two-pipes.mjs'),
    exit: 3,
    shows: ['writing the report … error: report.csv: no space left on device\n[exit 3]'],
  },
  {
    title: 'nothing but newlines',
    command: node('newlines.mjs'),
    shows: ['⟨… 999,994 similar lines not shown, 999,994 bytes (4 to 999,997)'],
  },
  {title: 'nothing', command: sh('silent.sh'), shows: ['(no output)\n[exit 0]']},
];

test.each(cases)('$title: every byte is kept, and the receipt says what was shown', async ({command, exit = 0, shows}) => {
  const at = journey();
  const model = at.script([{calls: [shell(command)]}, {expect: [...contains(shows), {lacks: '\u{1b}'}, {lacks: '\r'}], text: 'Done.'}]);
  expect(await at.run(headless(model))).toMatchObject({code: 0, stdout: 'Done.\n'});
  expect(outcomeOf(at, '1.1')).toMatchObject({kind: 'ran', exit, signal: null, timedOut: false, settled: 'exit', left_running: []});
  await sameAsBare(at, command, exit);
});

/** The receipt is right, and each pipe is what the command prints where nobody stands in between. */
async function sameAsBare(at: Journey, command: string, exit: number) {
  const [receipt, {stdout, stderr, code}] = await Promise.all([proven(at), bare(at, command)]);
  expect(code).toBe(exit);
  expect(receipt.streams).toEqual({
    stdout: {bytes: stdout.bytes, lines: stdout.lines, sha256: stdout.sha256},
    stderr: {bytes: stderr.bytes, lines: stderr.lines, sha256: stderr.sha256},
  });
  return receipt;
}

test('a flood: the one error in its middle stands in the request that leaves the machine', async () => {
  const at = await withProvider();
  const command = node('flood.mjs');
  at.provider.script({calls: [{id: 'a', name: 'shell', arguments: JSON.stringify({command})}]}, {text: 'Seen.'});
  expect(await at.run([...at.args(), 'Go.'])).toMatchObject({code: 0, stdout: 'Seen.\n'});
  expect(outcomeOf(at, '1.1')).toMatchObject({kind: 'ran', exit: 1, settled: 'exit', left_running: []});
  const {text, kept_tail_lines} = await sameAsBare(at, command, 1);
  expect(kept_tail_lines).toBe(50);
  const error = "npm error code E_WIDGET widget 7500 has no handle: expected 'left', received 'right'\n";
  for (const line of [error, 'package-1 37ms', 'package-15000 ', 'lines not shown']) expect(text).toContain(line);
  const sent = JSON.stringify(at.provider.requests[1]?.body);
  expect(sent).toContain(JSON.stringify(text.trimEnd()).slice(1, -1));
  expect(sent).toContain('\\n[exit 1]');
});

test.each([
  ['fast', node('prints-forever.mjs'), 'similar lines not shown'],
  ['slowly', sh('ticks.sh'), 'watching, tick 1\n'],
])('a command that prints %s for ever ends at its timeout, and what it printed is proven', async (_, command, shows) => {
  const at = journey();
  const model = at.script([
    {calls: [shell(command, {timeout_s: 1})]},
    {expect: contains([shows, '[timed out: the command and all it started were ended]']), text: 'Done.'},
  ]);
  expect(await at.run(headless(model))).toMatchObject({code: 0});
  expect(outcomeOf(at, '1.1')).toMatchObject({kind: 'ran', exit: null, timedOut: true, settled: 'timeout', left_running: []});
  expect((await proven(at)).total.bytes).toBeGreaterThan(0);
});

test.each([
  ['fast', () => node('prints-forever.mjs'), (at: Journey) => hasStarted(at) && halfWritten(at) > 0],
  ['slowly', (at: Journey) => `${sh('ticks.sh')} | tee ${at.root}/ticks`, (at: Journey) => ticksIn(at) >= 2],
])('a command that prints %s for ever ends when the user interrupts, and what it printed is proven', async (_, command, holds) => {
  const at = journey();
  const model = at.script([{calls: [shell(command(at))]}, {expect: contains(['interrupted by the user']), text: 'Going on.'}]);
  const agent = at.start(headless(model));
  await agent.until(() => holds(at), 'its output');
  agent.child.kill('SIGINT');
  expect((await agent.ended).code).toBe(130);
  expect(outcomeOf(at, '1.1')).toMatchObject({kind: 'ran', timedOut: false, settled: 'interrupt', left_running: []});
  expect((await proven(at)).total.lines).toBeGreaterThan(1);
  expect(await at.run(['resume', '--last', '-p', '--mode', 'full'])).toMatchObject({code: 0, stdout: 'Going on.\n'});
});

const ticksIn = ({root}: Journey) =>
  existsSync(join(root, 'ticks')) ? readFileSync(join(root, 'ticks'), 'utf8').split('\n').length - 1 : 0;

const hasStarted = (at: Journey) => ofType(at.events(), 'tool.started').length > 0;

/** Bytes of blobs that have no name yet. */
function halfWritten({home}: Journey): number {
  const folder = join(home, 'blobs/tmp');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.reduce((sum, name) => sum + (statSync(join(folder, name), {throwIfNoEntry: false})?.size ?? 0), 0);
}

test('a child that holds the pipe: its starter has ended, what was printed until then is proven, and it dies with the session', async () => {
  const at = journey();
  const model = at.script([
    {calls: [shell(`${node('holds-the-pipe.mjs')} & sleep 0.3; echo started`)]},
    {expect: contains(['started\n', '[exit 0; left running: process group ']), text: 'Done.'},
  ]);
  expect(await at.run(headless(model))).toMatchObject({code: 0});
  expect(outcomeOf(at, '1.1')).toMatchObject({kind: 'ran', exit: 0, settled: 'exit', left_running: [{}]});
  expect((await proven(at)).text).toMatch(/^(?:started|still here|listening on \d+)\n/);
});

test('a secret that is cut by a pause is masked, at the very end too', async () => {
  const at = journey();
  const secret = `q7${draw(`${letters}0123456789`, 26, 'outputs')}`;
  at.configure('[shell]\nenvironment = ["OUTPUTS_TEST_TOKEN"]\n');
  const model = at.script([
    {calls: [shell(node('splits-a-secret.mjs OUTPUTS_TEST_TOKEN'))]},
    {
      expect: [
        {matches: 'connecting with «redacted:env:([0-9a-f]{8})»[^]*connected with «redacted:env:\\1»\\n⟨no newline at the end⟩'},
        {lacks: secret.slice(0, 14)},
        {lacks: secret.slice(14)},
      ],
      text: 'Done.',
    },
  ]);
  const {code, stdout, stderr} = await at.run(headless(model), {env: {OUTPUTS_TEST_TOKEN: secret}});
  expect(code, stderr).toBe(0);
  const {redactions, blob, total} = await proven(at);
  expect([redactions, total.lines]).toEqual([2, 3_002]);
  const stored = await measuredBlob(at.home, blob, [{start: 0, end: total.bytes}]);
  const everywhere = `${stdout}${stderr}${JSON.stringify(at.events())}${stored.parts[0]?.content.toString('utf8')}`;
  for (const half of [secret.slice(0, 14), secret.slice(14)]) expect(everywhere).not.toContain(half);
});

/** Noise, so that it takes as much room as it has bytes: within one write, within a stream that ends, and without an end. */
test.each([
  ['at once', 20, 'head -c 60000 /dev/urandom'],
  ['when all was printed', 100, node('image.mjs')],
  ['in the midst of it', 1_500, 'cat /dev/urandom'],
])('a disk that refuses an output %s: the call fails, nothing of it is shown, and the next one works', async (_, room, command) => {
  const at = journey();
  const error = 'Error (output-not-stored): Its output could not be stored (a file may not become so large there), ';
  const model = at.script([
    {calls: [shell(`${command} | base64`)]},
    {
      expect: [
        ...contains([error, 'so nothing of it is shown. It may have taken effect', 'Print less']),
        {lacks: 'exit 0'},
        {lacks: 'not shown, '},
      ],
      calls: [shell('echo small')],
    },
    {expect: contains(['small\n[exit 0]']), text: 'Done.'},
  ]);
  const {code, stdout, stderr} = await at.run(headless(model), {after: `ulimit -f ${room}`});
  expect([code, stdout], stderr).toEqual([0, 'Done.\n']);
  expect(stderr).not.toMatch(/not expected|\n {4}at /);
  expect(outcomeOf(at, '1.1')).toEqual({
    kind: 'failed',
    error: {
      code: 'output-not-stored',
      message: expect.not.stringMatching(/EFBIG|[0-9a-f]{64}|agent resume/),
      hint: expect.any(String),
      retryable: false,
    },
    signature: expect.objectContaining({line: expect.stringContaining('could not be stored (a file may not become so large there)')}),
  });
  expect(halfWritten(at)).toBe(0);
  expect((await proven(at, '2.1')).text).toBe('small\n');
});

test(
  '1 GB: the one line that is like no other is shown, the receipt is right, and memory is as for 100 MB',
  {timeout: 600_000},
  async () => {
    // What the collector leaves lying about differs from run to run.
    const small = [await printing(100), await printing(100), await printing(100)].map(({peak}) => peak);
    const {at, peak, command} = await printing(1_000);
    const {total} = await sameAsBare(at, command, 0);
    expect(total.bytes).toBe(1e9 + fatal.length);
    expect(peak - Math.max(...small), `${peak} MiB, and ${small.join(', ')} for 100 MB`).toBeLessThanOrEqual(16);
  },
);

const fatal = 'FATAL ledger.c:412: balance of account 7731 is negative\n';

/** A session in which a command prints so many megabytes, and the mebibytes of memory that the program had at most. */
async function printing(megabytes: number) {
  const at = journey();
  const command = node(`prints-megabytes.mjs ${megabytes}`);
  const model = at.script([{calls: [shell(command)]}, {expect: contains([fatal]), text: 'Done.', delay_ms: 100}]);
  const agent = at.start(headless(model));
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, peakOf(agent.child.pid ?? 0))), 20);
  const {code, stderr} = await agent.ended;
  clearInterval(timer);
  expect(code, stderr).toBe(0);
  expect(outcomeOf(at, '1.1')).toMatchObject({kind: 'ran', exit: 0, settled: 'exit', left_running: []});
  return {at, peak, command};
}

/** Linux remembers the most; elsewhere what is in use now has to do. */
function peakOf(pid: number): number {
  const status = `/proc/${pid}/status`;
  if (!existsSync('/proc/self/status')) {
    const {stdout} = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], {encoding: 'utf8'});
    return Number(stdout) / 1_024;
  }
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return 0;
    throw error;
  }
}

test('killed in the midst of 1 GB: the call is lost, the half of its output is no blob, and the session goes on', async () => {
  const at = journey();
  const model = at.script([
    {calls: [shell(node('prints-megabytes.mjs 1000'))]},
    {expect: contains(['Outcome unknown: the program was stopped while this ran']), calls: [shell('echo small')]},
    {expect: contains(['small\n[exit 0]']), text: 'Done.'},
  ]);
  const agent = at.start(headless(model));
  await agent.until(() => hasStarted(at) && halfWritten(at) > 100_000, 'the beginning of its output');
  const before = blobsOf(at);
  agent.child.kill('SIGKILL');
  expect((await agent.ended).signal).toBe('SIGKILL');
  expect(ofType(at.events(), 'tool.finished')).toEqual([]);
  expect(blobsOf(at)).toEqual(before);
  expect(await at.run(['resume', '--last', '-p', '--mode', 'full'])).toMatchObject({code: 0, stdout: 'Done.\n'});
  expect(outcomeOf(at, '1.1')).toEqual({kind: 'lost'});
  for (const ref of blobsOf(at)) expect((await measuredBlob(at.home, ref)).sha256).toBe(ref);
  expect((await proven(at, '2.1')).text).toBe('small\n');
});

const blobsOf = ({home}: Journey) =>
  globSync('blobs/??/*.zst', {cwd: home})
    .map(path => path.slice(9, -4))
    .toSorted();
