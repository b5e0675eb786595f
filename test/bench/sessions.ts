import {execFileSync, spawn} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {spawn as spawnOnTerminal} from '@lydell/node-pty';
import {blobStore} from '../../src/adapters/session/blob-store.ts';
import type {SessionId} from '../../src/core/vocabulary/ids.ts';
import {textsOf, writeLongSession} from '../support/long-session.ts';
import {idOf, plainSession, writeSession} from '../support/many-sessions.ts';
import {appendLog} from './append-log.ts';
import {median, ms, run} from './contest.ts';
import {mb, repeat} from './pairs.ts';
import type {Bench} from './truncation.ts';

const id = 'longlonglo' as SessionId;

/** `BENCH_RECORDS` is the size of the largest log (1,000,000). */
export async function sessions(bench: Bench): Promise<void> {
  const most = Number(process.env['BENCH_RECORDS'] ?? 1_000_000);
  await appendLog(bench.scratch);
  const probe = builtProbe(bench);
  for (const records of [1_000, 100_000, 1_000_000].filter(size => size <= most)) await folded(records, probe, bench);
  await resumed(Math.min(most, 100_000), bench);
  await firstFrame(10_000, bench);
  await listed(2_000, bench);
  await stored(bench);
}

/** With the bundler of the program, so that what is loaded is what a user's process loads. */
function builtProbe({root, scratch}: Bench): string {
  const outdir = join(scratch, 'probe');
  execFileSync(process.execPath, [
    join(root, 'bin/build.js'),
    '--entry',
    join(import.meta.dirname, 'session-probe.ts'),
    '--outdir',
    outdir,
  ]);
  return join(outdir, 'session-probe.js');
}

type Probed = {ms: number; kept: number; rss: number; snapshot: number};

/** From the start of the process, Node's own included, to the state behind the last record. */
async function folded(records: number, probe: string, bench: Bench): Promise<void> {
  const {home, folder} = await longHome(records, bench);
  const probed = (...more: readonly string[]) =>
    JSON.parse(execFileSync(process.execPath, [probe, home, id, ...more], {encoding: 'utf8'})) as Probed;
  const times = records > 100_000 ? 1 : 5;
  const whole = repeat(times, () => probed());
  const {kept} = probed('keep');
  const short = repeat(5, () => probed());
  if (short.some(({snapshot}) => snapshot !== records - 1)) throw new Error('the snapshot was not read');
  const figures = (all: readonly Probed[]) =>
    `${median(all.map(each => each.ms)).toFixed(0)} ms, ${mb(median(all.map(({rss}) => rss)))} MB`;
  const size = (name: string) => mb(statSync(join(folder, name)).size);
  console.log(
    `| open and fold ${records.toLocaleString('en')} records | ${figures(short)} | without a snapshot: ${figures(whole)} | log ${size('log.jsonl')} MB, snapshot ${size('snapshot')} MB, made in ${kept.toFixed(0)} ms | aim at 100,000: 150 ms, 120 MB |`,
  );
  rmSync(home, {recursive: true});
}

async function longHome(records: number, {scratch}: Bench): Promise<{home: string; folder: string; root: string}> {
  const [home, root] = [mkdtempSync(join(scratch, 'home-')), mkdtempSync(join(scratch, 'place-'))];
  const folder = join(home, 'sessions', id);
  mkdirSync(folder, {recursive: true});
  await writeLongSession(join(folder, 'log.jsonl'), records, {id, root, planned: true});
  return {home, folder, root};
}

/** The program itself, from its start to the first request that it makes. */
async function resumed(records: number, bench: Bench): Promise<void> {
  const {root: program, env, model} = bench;
  const {home, folder, root} = await longHome(records, bench);
  const blobs = blobStore(join(home, 'blobs'));
  for (const text of textsOf(records, 400)) await blobs.put(Buffer.from(text));
  const url = await model.url(0, 'true');
  const args = (prompt: string) => [join(program, 'bin/agent.js'), 'resume', id, '-p', prompt, '--mode', 'full', '-m', 'openai/mock-model'];
  const toFirst = async (memory: boolean) => {
    const {requests, started, stderr, rss} = await run(
      {name: 'agent', args, env: {...env, AGENT_HOME: home}},
      {model, url, cwd: root, memory},
    );
    if (requests[0] === undefined) throw new Error(`no request was made: ${stderr}`);
    return {ms: ms(started, requests[0].t), rss};
  };
  const whole = await toFirst(false);
  if (!existsSync(join(folder, 'snapshot'))) throw new Error('no snapshot was left');
  const short = [await toFirst(false), await toFirst(false), await toFirst(false)].map(each => each.ms);
  const {rss} = await toFirst(true);
  console.log(
    `| agent resume, ${records.toLocaleString('en')} records, to its first request | ${median(short).toFixed(0)} ms, ${mb(rss)} MB at its peak | without a snapshot: ${whole.ms.toFixed(0)} ms | |`,
  );
  rmSync(home, {recursive: true});
}

/** In the sessions that are made here. */
const recordsOfStep = 7;

/** From the program's start to the first that it shows of a replay: a line, or the player's frame on a terminal. */
async function firstFrame(steps: number, bench: Bench): Promise<void> {
  const {root: program, env} = bench;
  const {home, root: cwd} = await longHome(steps * recordsOfStep, bench);
  const command = [join(program, 'bin/agent.js'), 'replay', id];
  const world = {cwd, env: {PATH: process.env['PATH'] ?? '', ...env, AGENT_HOME: home, TERM: 'xterm-256color'}};
  const figure = async (what: string, once: () => Promise<number>) => {
    const times = [await once(), await once(), await once(), await once(), await once()];
    console.log(`| ${what} of ${steps.toLocaleString('en')} steps | ${median(times).toFixed(0)} ms | | aim 200 ms |`);
  };
  await figure('agent replay, first frame', () => firstDrawn(command, lastOfFrame, world));
  await figure('agent replay --plain, first line', () => firstPrinted([...command, '--plain'], world));
  rmSync(home, {recursive: true});
}

type World = {cwd: string; env: Readonly<Record<string, string>>};

function firstPrinted(args: readonly string[], world: World): Promise<number> {
  return new Promise((resolve, reject) => {
    const from = performance.now();
    const child = spawn(process.execPath, args, {...world, stdio: ['ignore', 'pipe', 'ignore']});
    child.stdout.once('data', () => {
      resolve(performance.now() - from);
      child.kill('SIGKILL');
    });
    child.once('close', () => reject(new Error('nothing was printed')));
  });
}

/** The keys stand in the last row of the player's frame. */
const lastOfFrame = '? keys';

function firstDrawn(args: readonly string[], text: string, world: World): Promise<number> {
  return new Promise((resolve, reject) => {
    const from = performance.now();
    const child = spawnOnTerminal(process.execPath, [...args], {cols: 100, rows: 30, ...world});
    let drawn = '';
    child.onData(data => {
      drawn += data;
      if (!drawn.includes(text)) return;
      resolve(performance.now() - from);
      child.kill('SIGKILL');
    });
    child.onExit(() => reject(new Error(`no frame was drawn: ${drawn}`)));
  });
}

/** Lists of many short sessions, of which the index knows. */
async function listed(sessions: number, {root: program, scratch, env, repository}: Bench): Promise<void> {
  const cwd = repository('listed', 1);
  const home = mkdtempSync(join(scratch, 'home-'));
  for (const number of Array.from({length: sessions}).keys()) {
    const of = idOf(number);
    writeSession(home, of, plainSession({id: of, root: cwd, prompt: `See to part ${number}.`}), 1_760_000_000 + number);
  }
  const command = join(program, 'bin/agent.js');
  const world = {cwd, env: {PATH: process.env['PATH'] ?? '', ...env, AGENT_HOME: home, TERM: 'xterm-256color'}};
  execFileSync(process.execPath, [command, 'sessions', '--limit', '0'], {...world, stdio: 'ignore'});
  const figure = async (what: string, once: () => Promise<number>) => {
    const times = [await once(), await once(), await once(), await once(), await once()];
    console.log(`| ${what} of ${sessions.toLocaleString('en')} sessions | ${median(times).toFixed(0)} ms | | |`);
  };
  await figure('agent sessions, first line', () => firstPrinted([command, 'sessions'], world));
  await figure('agent resume, first row of the picker', () => firstDrawn([command, 'resume'], `See to part ${sessions - 1}`, world));
}

/** What a session of 100 steps leaves on the disk, against the bodies of its requests. */
async function stored({scratch, env, agent, model, repository}: Bench): Promise<void> {
  const steps = 100;
  const cwd = repository('stored', 20);
  const home = mkdtempSync(join(scratch, 'home-'));
  const url = await model.url(steps, 'seq 1 150; echo $RANDOM; cat d0/f1.txt');
  const {requests, stderr} = await run({...agent, env: {...env, AGENT_HOME: home}}, {model, url, cwd, memory: false});
  if (requests.length !== steps + 1) throw new Error(`${requests.length} requests were made: ${stderr}`);
  const whole = requests.reduce((sum, {bytes}) => sum + bytes, 0) / requests.length;
  const ours = (sizeOf(join(home, 'sessions')) + sizeOf(join(home, 'blobs'))) / requests.length;
  console.log(
    `| stored a step, ${steps} steps | ${(ours / 1e3).toFixed(1)} kB | each request whole: ${(whole / 1e3).toFixed(1)} kB | ${(ours / whole).toFixed(3)}x | aim 0.1x |`,
  );
}

const sizeOf = (folder: string): number =>
  readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .reduce((sum, {parentPath, name}) => sum + statSync(join(parentPath, name)).size, 0);
