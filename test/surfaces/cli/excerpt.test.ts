import {createHash} from 'node:crypto';
import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, describe, expect, inject, test} from 'vitest';
import {view} from '../../../src/core/truncation/view.ts';
import {policyNamed} from '../../../src/core/truncation/policies.ts';
import {quickOptions} from '../../../src/surfaces/cli/excerpt-options.ts';

const root = mkdtempSync(join(tmpdir(), 'agent-excerpt-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));
const cwd = join(root, 'work');
mkdirSync(cwd);
writeFileSync(join(cwd, 'a-file'), '');
// There is no home, and none may be made unless it is asked for.
const env = {
  PATH: process.env['PATH'] ?? '',
  HOME: join(root, 'none'),
  XDG_CACHE_HOME: join(tmpdir(), 'agent-test-cache'),
  AGENT_HOME: join(root, 'home'),
};

const none = {tokens: null, policy: null, receipt: null, keep: false, redact: true, file: null};

type Ran = {status: number | null; stdout: Buffer; stderr: string};

function excerpt(args: readonly string[], input: string | Uint8Array = '', more: Record<string, string> = {}): Ran {
  const options = {cwd, env: {...env, ...more}, input, maxBuffer: 1 << 28};
  const {status, stdout, stderr} = spawnSync(process.execPath, [inject('program'), 'excerpt', ...args], options);
  return {status, stdout, stderr: stderr.toString()};
}

/** A shell line in which `excerpt` is the program, and the exit code is that of the first part of a pipe that failed. */
function shell(line: string): Ran {
  const program = `excerpt() { '${process.execPath}' '${inject('program')}' excerpt "$@"; }`;
  const {status, stdout, stderr} = spawnSync('bash', ['-c', `set -o pipefail; ${program}; ${line}`], {cwd, env, maxBuffer: 1 << 28});
  return {status, stdout, stderr: stderr.toString()};
}

type Receipt = {
  stdout_sha256: string;
  blob: string | null;
  view: string;
  label: string;
  policy: string;
  kept_head_lines: number;
  kept_tail_lines: number;
  truncated: boolean;
  truncated_lines_count: number;
  windows: {why: string; start: number; end: number; first: number; last: number}[];
  total: {bytes: number; lines: number};
  shown: {bytes: number; lines: number; tokens: number};
  interrupted: boolean;
};

const receiptIn = (file: string): Receipt => JSON.parse(readFileSync(join(cwd, file), 'utf8')) as Receipt;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const flood = Array.from({length: 15_000}, (_, n) =>
  n === 7_431
    ? 'src/parser.ts(88,14): error TS2345: Argument of type string is not assignable'
    : `npm timing reify:load package-${n} in ${n % 97}ms`,
).join('\n');

describe('what it prints', () => {
  test.each([
    ['nothing', ''],
    ['one line', 'one\n'],
    ['no newline at the end', 'one\ntwo'],
    ['blank lines', '\n\n\n'],
  ])('%s stands as it is', (_, text) => expect(excerpt([], text)).toEqual({status: 0, stdout: Buffer.from(text), stderr: ''}));

  test('a home is neither needed nor made', () => {
    excerpt([], flood);
    expect([existsSync(env.AGENT_HOME), existsSync(env.HOME)]).toEqual([false, false]);
  });

  test.each([16, 17, 50, 200, 1_000, 2_000, 20_000])('a view of %i tokens is within them, and the one that its receipt names', tokens => {
    const {status, stdout, stderr} = excerpt(['--tokens', String(tokens), '--receipt', `r${tokens}.json`], flood);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.length).toBeLessThanOrEqual(tokens * 4);
    const {policy, label, ...receipt} = receiptIn(`r${tokens}.json`);
    const again = view(Buffer.from(flood), policyNamed(policy)!, label);
    expect([Buffer.from(again.text).equals(stdout), sha256(stdout)]).toEqual([true, receipt.view]);
    expect(receipt.shown).toEqual({
      bytes: stdout.length,
      lines: stdout.toString().split('\n').length - 1,
      tokens: Math.ceil(stdout.length / 4),
    });
  });

  test('what is not text is named, and broken text is made readable', () => {
    expect(excerpt([], Buffer.from([0x7f, 0x45, 0x4c, 0x46, ...Array(5_000).fill(0)])).stdout.toString()).toMatch(/^⟨.*not shown/);
    expect(excerpt([], Buffer.from('as good as text \xff\n'.repeat(9), 'latin1')).stdout.toString()).toContain('as good as text �\n');
  });
});

describe('the receipt', () => {
  test('agrees with wc, sha256 and the windows of the stream', () => {
    writeFileSync(join(cwd, 'flood.log'), flood);
    const {stdout} = excerpt(['--receipt', 'flood.json', 'flood.log']);
    const receipt = receiptIn('flood.json');
    const [newlines, bytes] = execFileSync('wc', ['-lc', 'flood.log'], {cwd, encoding: 'utf8'}).trim().split(/\s+/).map(Number);
    // The last line has no newline, and wc counts newlines.
    expect(receipt.total).toEqual({bytes, lines: newlines! + 1});
    const [named] = execFileSync('sh', ['-c', 'sha256sum flood.log || shasum -a 256 flood.log'], {cwd, encoding: 'utf8'}).split(' ');
    expect(receipt.stdout_sha256).toBe(named);
    expect(receipt).toMatchObject({v: 1, truncated: true, blob: null, interrupted: false, redactions: 0});
    const lines = flood.split('\n');
    for (const {start, end, first, last} of receipt.windows)
      expect(flood.slice(start, end).replace(/\n$/, '')).toBe(lines.slice(first - 1, last).join('\n'));
    const kept = receipt.windows.reduce((sum, {first, last}) => sum + last - first + 1, 0);
    expect(kept + receipt.truncated_lines_count).toBe(receipt.total.lines);
    const dropped = [...stdout.toString().matchAll(/⟨… ([\d,]+) (?:similar )?lines? /g)].map(([, count]) =>
      Number(count!.replaceAll(',', '')),
    );
    expect(dropped.reduce((sum, count) => sum + count, 0)).toBe(receipt.truncated_lines_count);
  });

  test('appears whole, beside nothing, over what was there, and where a link leads', () => {
    writeFileSync(join(cwd, 'old.json'), 'not JSON');
    symlinkSync('old.json', join(cwd, 'link.json'));
    const before = readdirSync(cwd).length;
    excerpt(['--receipt', 'link.json'], 'a\n');
    expect(receiptIn('old.json').total).toEqual({bytes: 2, lines: 1});
    expect(readdirSync(cwd).length).toBe(before);
  });

  test('goes to stderr for -, and into what is no file', () => {
    expect(JSON.parse(excerpt(['--receipt', '-'], 'a\nb\n').stderr)).toMatchObject({total: {bytes: 4, lines: 2}});
    expect(excerpt(['--receipt', '/dev/null'], 'a\n').status).toBe(0);
    expect(statSync('/dev/null').isFile()).toBe(false);
  });

  test.each([
    ['nowhere/r.json', 'there is no such folder'],
    ['a-file/r.json', 'a part of the path is a file, not a folder'],
    ['/proc/r.json', 'there is no such folder'],
    ['.', 'it is a folder'],
  ])('that cannot be written to %s: the view is shown all the same, and the command in front ends well', (file, why) => {
    const {status, stdout, stderr} = shell(`(seq 1 30000; echo ended >&2) | excerpt --receipt ${file}`);
    expect([status, stdout.toString()]).toEqual([1, shell('seq 1 30000 | excerpt').stdout.toString()]);
    expect(stderr.split('\n')).toEqual([
      'ended',
      `error: The receipt cannot be written to ${file}: ${why}.`,
      'Name another file: agent excerpt --receipt <file>',
      '',
    ]);
  });

  test.each([
    ['in.txt --receipt in.txt', 'what is read: in.txt'],
    ['in.txt --receipt ./soft.txt', 'what is read: ./soft.txt'],
    ['in.txt --receipt hard.txt', 'what is read: hard.txt'],
    ['--debug soft.txt --receipt in.txt', 'what is read: '],
    ['--receipt in.txt < in.txt', 'what is read: in.txt'],
    ['in.txt --receipt out.txt > out.txt', 'the view: out.txt'],
  ])('takes the place of no file that is in use: %s', (line, what) => {
    writeFileSync(join(cwd, 'in.txt'), 'the input\n');
    rmSync(join(cwd, 'soft.txt'), {force: true});
    rmSync(join(cwd, 'hard.txt'), {force: true});
    symlinkSync('in.txt', join(cwd, 'soft.txt'));
    linkSync(join(cwd, 'in.txt'), join(cwd, 'hard.txt'));
    const {status, stderr} = shell(`excerpt ${line}`);
    expect([status, readFileSync(join(cwd, 'in.txt'), 'utf8')]).toEqual([2, 'the input\n']);
    expect(stderr).toContain(`The receipt would take the place of ${what}`);
  });
});

describe('the command line', () => {
  const budget = (args: readonly string[], more: Record<string, string> = {}) => {
    const {stderr} = excerpt([...args, '--receipt', '-'], flood, more);
    return (JSON.parse(stderr) as Receipt).policy.replace(/\/\d+/, '');
  };

  test('--tokens wins over BUDGET_TOKENS, which wins over the policy’s own', () => {
    expect(budget([], {BUDGET_TOKENS: '300'})).toBe('lines@300');
    expect(budget(['--tokens', '400'], {BUDGET_TOKENS: '300'})).toBe('lines@400');
    expect(budget(['--tokens=400'], {BUDGET_TOKENS: 'nonsense'})).toBe('lines@400');
    expect(budget([], {BUDGET_TOKENS: ''})).toBe('lines');
    expect(budget(['--policy', 'list'])).toBe('list');
    expect(budget(['--policy', 'list', '--tokens', '99'])).toBe('list@99');
    expect(budget(['--policy', 'grep'])).toBe('grep');
  });

  test.each([
    [['--tokens', '15'], {}, /'15' is invalid\. Expected a whole number of tokens, 16 to 1,000,000/],
    [['--tokens', 'x'], {}, /Expected a whole number/],
    [['--tokens'], {}, /argument missing/],
    [[], {BUDGET_TOKENS: '2k'}, /BUDGET_TOKENS is "2k": expected a whole number of tokens/],
    [['--policy', 'nope'], {}, /There is no policy "nope"; there are lines\/2, lines\/1, page\/1, list\/1, grep\/1, prompt\/1\.\n/],
    [['--receipt', ''], {}, /--receipt names no file/],
    [['--receipt=', '--debug'], {}, /--receipt names no file/],
    [['--tokenz', '3'], {}, /did you mean --tokens\?/],
    [['no-such-file'], {}, /There is no file no-such-file/],
    [['.'], {}, /\. is a folder/],
    [['a', 'b'], {}, /Too many arguments/],
  ])('%j with %j is refused with exit code 2', (args, more, message) => {
    const {status, stdout, stderr} = excerpt(args, 'x\n', more);
    expect([status, stdout.length]).toEqual([2, 0]);
    expect(stderr).toMatch(message);
  });

  test('help, and what every command knows, are the whole program’s', () => {
    expect(excerpt(['--help']).stdout.toString()).toMatch(/^Usage: agent excerpt \[options\] \[file\]/);
    writeFileSync(join(cwd, 'small.txt'), 'small\n');
    expect(excerpt(['-C', cwd, 'small.txt']).stdout.toString()).toBe('small\n');
    expect(excerpt(['--debug', '-'], 'piped\n').stdout.toString()).toBe('piped\n');
  });

  test.each([
    [['--tokens', '20', 'f'], {...none, tokens: 20, file: 'f'}],
    [['f', '--keep', '--receipt=r'], {...none, file: 'f', keep: true, receipt: 'r'}],
    [['-', '--policy', 'p'], {...none, file: '-', policy: 'p'}],
  ])('%j is read without the tree of commands', (words, expected) => expect(quickOptions(words)).toEqual(expected));

  test.each([
    ['--help'],
    ['-h'],
    ['--tokens', '0'],
    ['--tokens'],
    ['--keep=yes'],
    ['--debug'],
    ['-C', '.'],
    ['a', 'b'],
    ['--', '-f'],
    [''],
  ])('%j %j is left to it', (...words) => expect(quickOptions(words)).toBeNull());
});

describe('in a pipe', () => {
  test('however the bytes arrive, the view and the receipt are the same', async () => {
    const bytes = Buffer.from(flood.slice(0, 300_000));
    const whole = excerpt(['--receipt', '-'], bytes);
    for (const size of [7_001, 65_536, 299_999]) {
      const child = spawn(process.execPath, [inject('program'), 'excerpt', '--receipt', '-'], {cwd, env});
      const got = {stdout: '', stderr: ''};
      for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => (got[name] += text));
      for (let at = 0; at < bytes.length; at += size) {
        child.stdin.write(bytes.subarray(at, at + size));
        if (at < 50_000) await delay(5);
      }
      child.stdin.end();
      await new Promise(resolve => child.once('close', resolve));
      expect(got).toEqual({stdout: whole.stdout.toString(), stderr: whole.stderr});
    }
  });

  test('a reader that leaves early gets no error', () => {
    expect(shell('seq 100000 | excerpt | head -n 1')).toMatchObject({status: 0, stdout: Buffer.from('1\n'), stderr: ''});
    expect(shell('seq 100000 | excerpt | true')).toMatchObject({status: 0, stderr: ''});
  });

  test('a closed stdin is an empty input, and a closed stdout shows nothing', () => {
    expect(shell('excerpt <&-')).toMatchObject({status: 0, stdout: Buffer.from(''), stderr: ''});
    expect(shell('seq 9 | excerpt >&-')).toMatchObject({status: 0, stderr: ''});
  });

  test('a file, stdin from a file, and a pipe of the shell are read alike', () => {
    writeFileSync(join(cwd, 'numbers'), Array.from({length: 30_000}, (_, n) => `${n}\n`).join(''));
    const {stdout} = excerpt(['numbers']);
    expect(shell('excerpt < numbers').stdout).toEqual(stdout);
    expect(shell('excerpt <(cat numbers)').stdout).toEqual(stdout);
    expect(shell('cat numbers | excerpt -').stdout).toEqual(stdout);
  });

  test('100 MB pass, and the view is as small as ever', () => {
    const line = 'a log line that says nothing new and goes on for a while';
    const {stdout} = shell(`yes '${line}' | head -c 100000000 | excerpt --receipt big.json`);
    expect(stdout.length).toBeLessThanOrEqual(8_000);
    expect(receiptIn('big.json').total).toEqual({bytes: 100_000_000, lines: Math.ceil(100_000_000 / (line.length + 1))});
  });

  test.each([
    ['SIGINT', 'exec yes hello'],
    ['SIGTERM', 'echo first; exec sleep 60'],
    ['SIGINT', 'exec sleep 60'],
  ] as const)('%s ends what never ends, and shows what came: %s', async (signal, endless) => {
    const source = spawn('bash', ['-c', endless], {stdio: ['ignore', 'pipe', 'ignore']});
    const child = spawn(process.execPath, [inject('program'), 'excerpt', '--receipt', '-'], {
      cwd,
      env,
      stdio: [source.stdout, 'pipe', 'pipe'],
    });
    source.stdout.destroy();
    const got = {stdout: '', stderr: ''};
    for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => (got[name] += text));
    await delay(500);
    child.kill(signal);
    const [code] = await new Promise<[number | null]>(resolve => child.once('close', code => resolve([code])));
    source.kill('SIGKILL');
    expect(code).toBe(130);
    expect(JSON.parse(got.stderr)).toMatchObject({
      interrupted: true,
      shown: {bytes: got.stdout.length + 2 * (got.stdout.match(/[⟨…⟩]/g)?.length ?? 0)},
    });
    expect(got.stdout.slice(0, 5)).toBe(/hello|first/.exec(endless)?.[0] ?? '');
  });
});

describe('what cannot be read', () => {
  const unreadable: [string, number, string] = [
    'excerpt /proc/self/mem',
    1,
    '/proc/self/mem cannot be read to its end: the system cannot read it.',
  ];
  test.each<[line: string, code: number, message: string]>([
    ['excerpt < .', 2, 'Standard input is a folder.'],
    ['excerpt a-file/x', 2, 'a-file/x cannot be read: a part of the path is a file, not a folder.'],
    ...(existsSync('/proc/self/mem') ? [unreadable] : []),
  ])('%s', (line, code, message) => {
    const {status, stdout, stderr} = shell(line);
    expect([status, stdout.length]).toEqual([code, 0]);
    expect(stderr).toBe(`error: ${message}\nName a file, or pipe the output in: make 2>&1 | agent excerpt\n`);
  });

  test('is not the pipe, where the folder that the program runs in is gone', () => {
    const here = 'mkdir -p gone && cd gone && rmdir ../gone';
    expect(shell(`${here} && seq 3 | excerpt`)).toMatchObject({status: 0, stdout: Buffer.from('1\n2\n3\n'), stderr: ''});
    expect(shell(`${here} && seq 3 | excerpt --debug`)).toMatchObject({status: 2, stderr: expect.stringMatching(/started in is gone/)});
  });
});

describe('secrets', () => {
  const token = `ghp_${'0aB1cD2eF3'.repeat(4).slice(0, 36)}`;
  const masked = /«redacted:[a-z-]+:[0-9a-f]{8}»/g;

  test('of known forms and of the environment are masked, and counted', () => {
    const {stdout, stderr} = excerpt(['--receipt', '-'], `token ${token}\npassword xK9#vLq2mPzW\n`, {DB_PASSWORD: 'xK9#vLq2mPzW'});
    expect(stdout.toString().match(masked)).toHaveLength(2);
    expect(JSON.parse(stderr)).toMatchObject({redactions: 2, stdout_sha256: sha256(stdout)});
  });

  test('are left with --no-redact', () => {
    expect(excerpt(['--no-redact'], `token ${token}\n`).stdout.toString()).toBe(`token ${token}\n`);
    expect(excerpt(['--no-redact', '--debug'], `token ${token}\n`).stdout.toString()).toBe(`token ${token}\n`);
  });

  test('that are kept have the placeholder of the home', () => {
    const home = {AGENT_HOME: join(root, 'keyed')};
    const [first, second] = [excerpt(['--keep'], token, home), excerpt([], token, home)];
    expect([second.stdout, first.status]).toEqual([first.stdout, 0]);
    expect(excerpt([], token).stdout).not.toEqual(first.stdout);
  });
});

describe('--keep', () => {
  const instead = 'Free space or mend the disk, or name another folder: AGENT_HOME=<folder> agent excerpt --keep';
  const home = join(root, 'kept');

  test('stores the original, which any zstd decompresses, and names it', () => {
    const {status, stderr} = excerpt(['--keep', '--receipt', 'kept.json'], flood, {AGENT_HOME: home});
    const {blob, stdout_sha256} = receiptIn('kept.json');
    expect([status, blob]).toEqual([0, stdout_sha256]);
    expect(stderr).toBe(`Kept: agent audit show ${blob}\n`);
    const stored = readFileSync(join(home, 'blobs', blob!.slice(0, 2), `${blob}.zst`));
    const {zstdDecompressSync} = process.getBuiltinModule('node:zlib');
    expect(sha256(zstdDecompressSync(stored))).toBe(blob);
    expect(readdirSync(join(home, 'blobs', 'tmp'))).toEqual([]);
  });

  test('where the home takes nothing, the view is shown all the same, and the command fails', () => {
    const full = join(root, 'full');
    writeFileSync(full, '');
    const {status, stdout, stderr} = excerpt(['--keep', '--receipt', 'full.json'], 'a\nb\n', {AGENT_HOME: join(full, 'home')});
    expect([status, stdout.toString()]).toEqual([1, 'a\nb\n']);
    const why = 'a part of the path is a file, not a folder';
    expect(stderr).toBe(`error: The original cannot be kept in ${full}/home/blobs: ${why}.\n${instead}\n`);
    expect(receiptIn('full.json').blob).toBeNull();
  });

  test.each(['/proc/nope', '/dev/null/x', '/proc'])('nor where it is %s, however much there is to keep', place => {
    for (const count of [9, 300_000]) {
      const {status, stdout, stderr} = shell(`seq ${count} | AGENT_HOME=${place} excerpt --keep --no-redact`);
      expect([status, stdout.toString()]).toEqual([1, shell(`seq ${count} | excerpt`).stdout.toString()]);
      expect(stderr).toMatch(/^error: The original cannot be kept in [^\n]*\.\n[^\n]*AGENT_HOME=<folder> agent excerpt --keep\n$/);
      expect(stderr).not.toMatch(/\bE[A-Z]{3,}\b|resume|session|not expected/);
      expect(shell(`seq ${count} | AGENT_HOME=${place} excerpt --keep`)).toMatchObject({status: 1, stdout});
    }
  });

  test('nor where its key is damaged; then nothing is kept', () => {
    const broken = join(root, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'redaction.key'), 'short');
    const {status, stdout, stderr} = excerpt(['--keep'], 'a\n', {AGENT_HOME: broken});
    expect([status, stdout.toString(), readdirSync(broken)]).toEqual([1, 'a\n', ['redaction.key']]);
    expect(stderr).toMatch(/The original cannot be kept in .*: .*redaction\.key is damaged/);
  });
});

test('no file is left where the program ran', () => {
  expect(readdirSync(cwd).filter(name => name.includes('part-'))).toEqual([]);
});
