import {execFileSync, spawnSync} from 'node:child_process';
import {closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {zstdDecompressSync} from 'node:zlib';
import {median, ms, type Contestant, type MockModel} from './contest.ts';
import {logText} from './log-text.ts';
import {inTurn, report, type Pair} from './pairs.ts';
import {truncationMemory} from './truncation-memory.ts';

/** What the figures of bench.ts share. */
export type Bench = {
  root: string;
  scratch: string;
  env: Readonly<Record<string, string>>;
  agent: Contestant;
  model: MockModel;
  repository: (name: string, files: number) => string;
};

/** `BENCH_MB` makes all sizes smaller, to see whether this runs; `BENCH_10GB=1` adds an output of 10 GB. */
export async function truncation(bench: Bench): Promise<void> {
  const megabytes = Number(process.env['BENCH_MB'] ?? 500);
  const log = join(bench.scratch, 'log.txt');
  writeAll(log, logText(megabytes * 1e6));
  await throughput('log text', log, bench);
  const real = join(bench.scratch, 'real.txt');
  writeAll(real, corpusText(join(bench.root, 'fixtures/outputs/corpus'), Math.min(200, megabytes) * 1e6));
  await throughput('real outputs', real, bench);
  rmSync(real);
  await filter(log, bench);
  rmSync(log);
  await filterStart(bench);
  await small(bench);
  await truncationMemory(bench, megabytes / 500);
}

async function throughput(what: string, file: string, bench: Bench): Promise<void> {
  const pairs = await inTurn(
    5,
    () => timed('sha256sum', [file], bench),
    () => inScratchHome(bench, home => Number(started('capture-file.ts', [file, home], bench))),
  );
  report(`${sized(file)} of ${what}: masked, kept, hashed, cut`, 'sha256sum', pairs, {unit: 'ms', aim: 3.5});
}

/** Both through a pipe and from their start to their end. */
async function filter(file: string, bench: Bench): Promise<void> {
  const through = (program: string) => timed('sh', ['-c', `cat '${file}' | ${program} > '${join(bench.scratch, 'view')}'`], bench);
  const pairs = await inTurn(
    5,
    () => through('cat'),
    () => through(`'${process.execPath}' '${join(bench.root, 'bin/agent.js')}' excerpt`),
  );
  const speed = (took: number) => statSync(file).size / 1e3 / took;
  const speeds = pairs.map(([cat, agent]): Pair => [speed(cat), speed(agent)]);
  report(`agent excerpt, ${sized(file)} through a pipe`, 'cat', speeds, {unit: 'MB/s', aim: '60 MB/s'});
}

async function filterStart(bench: Bench): Promise<void> {
  const input = 'one\ntwo\nthree\nfour\nfive\n';
  const agent = () => timed(process.execPath, [join(bench.root, 'bin/agent.js'), 'excerpt'], bench, input);
  for (const [name, command, args] of [
    ['node -e 0', process.execPath, ['-e', '0']],
    ['cat', 'cat', []],
  ] as const) {
    const pairs = await inTurn(25, () => timed(command, args, bench, input), agent);
    report('agent excerpt of 5 lines, start to end', name, pairs, {unit: 'ms', aim: '60 ms'});
  }
}

async function small(bench: Bench): Promise<void> {
  const pairs = await inScratchHome(bench, home => JSON.parse(started('capture-small.ts', [home, '300'], bench)) as Pair[]);
  const added = median(pairs.map(([written, captured]) => captured - written));
  report(`an output of 5 lines: ${added.toFixed(2)} ms more`, 'hashed and written', pairs, {unit: 'ms', aim: 'under 1 ms more'});
}

function timed(command: string, args: readonly string[], {env}: Bench, input = ''): number {
  const from = process.hrtime.bigint();
  const {status, error, stderr} = spawnSync(command, args, {env: {PATH: process.env['PATH'] ?? '', ...env}, input});
  const took = ms(from, process.hrtime.bigint());
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${error?.message ?? String(stderr)}`);
  return took;
}

/** Runs one of the programs beside this file; it measures itself. */
function started(program: string, args: readonly string[], {env}: Bench): string {
  const options = {env: {PATH: process.env['PATH'] ?? '', ...env}, encoding: 'utf8' as const};
  return execFileSync(process.execPath, [join(import.meta.dirname, program), ...args], options);
}

function inScratchHome<Result>({scratch}: Bench, act: (home: string) => Result): Result {
  const home = mkdtempSync(join(scratch, 'home-'));
  try {
    return act(home);
  } finally {
    rmSync(home, {recursive: true});
  }
}

/** The real outputs one after the other, over and over. */
function* corpusText(folder: string, bytes: number): Generator<Buffer> {
  const names = readdirSync(folder).filter(name => name.endsWith('.log.zst'));
  const outputs = names.toSorted().map(name => zstdDecompressSync(readFileSync(join(folder, name))));
  for (let left = bytes; left > 0;) {
    for (const output of outputs) {
      const piece = output.subarray(0, left);
      left -= piece.length;
      yield piece;
    }
  }
}

function writeAll(file: string, pieces: Iterable<Buffer>): void {
  const fd = openSync(file, 'w');
  for (const piece of pieces) for (let at = 0; at < piece.length;) at += writeSync(fd, piece, at);
  closeSync(fd);
}

function sized(file: string): string {
  return `${Math.round(statSync(file).size / 1e6)} MB`;
}
