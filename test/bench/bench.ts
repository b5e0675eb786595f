// Figures as ratios in one run: node test/bench/bench.ts [start|version|steps|unchanged|changes|flood|memory|tokens|large|truncation|sessions …]. Nothing here asserts; docs/performance.md holds what was seen.
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {median, MockModel, ms, run, type Contestant, type Run} from './contest.ts';
import {inTurn, mb, repeat, report} from './pairs.ts';
import {sessions} from './sessions.ts';
import {truncation} from './truncation.ts';

const root = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
/** Writes nothing, which only a look at the files can tell. */
const mayWrite = '[ -d . ] || touch never';
const model = new MockModel();
const env = {
  HOME: join(scratch, 'user'),
  AGENT_HOME: join(scratch, 'home'),
  XDG_CACHE_HOME: join(scratch, 'cache'),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
};
const floor: Contestant = {name: 'floor', args: prompt => [join(import.meta.dirname, 'bench-floor.mjs'), prompt], env};
const agent: Contestant = {
  name: 'agent',
  args: prompt => [join(root, 'bin/agent.js'), '-p', prompt, '--mode', 'full', '-m', 'openai/mock-model'],
  env,
};

const figures: Record<string, () => Promise<void>> = {
  version,
  start,
  steps,
  unchanged,
  changes,
  flood,
  memory,
  tokens,
  large,
  truncation: () => truncation({root, scratch, env, agent, model, repository}),
  sessions: () => sessions({root, scratch, env, agent, model, repository}),
};
const wanted = process.argv.slice(2);
mkdirSync(env.HOME, {recursive: true});
try {
  for (const [name, measure] of Object.entries(figures)) if (wanted.length === 0 || wanted.includes(name)) await measure();
} finally {
  model.stop();
  rmSync(scratch, {recursive: true, force: true});
}

async function version(): Promise<void> {
  const time = (args: readonly string[]) => {
    const from = process.hrtime.bigint();
    spawnSync(process.execPath, args, {env: {PATH: process.env['PATH'] ?? '', ...env}});
    return ms(from, process.hrtime.bigint());
  };
  const pairs = repeat(25, () => [time(['-e', '0']), time([join(root, 'bin/agent.js'), '--version'])] as const);
  report('agent --version', 'node -e 0', pairs, {unit: 'ms', aim: 1.3});
}

async function start(): Promise<void> {
  const cwd = repository('start', 20);
  const url = await model.url(0, 'true');
  const toFirst = async (who: Contestant) => {
    const done = await run(who, {model, url, cwd, memory: false});
    return ms(done.started, expectRequest(done).t);
  };
  const pairs = await inTurn(
    15,
    () => toFirst(floor),
    () => toFirst(agent),
  );
  report('start to first model request', 'floor', pairs, {unit: 'ms', aim: 2.5});
}

async function steps(): Promise<void> {
  const cwd = repository('steps', 20);
  // The gate proves that this only reads, so nobody looks for changes after it.
  report('a step that only reads (50 steps)', 'floor', await stepPairs(cwd, 'echo hello'), {unit: 'ms', aim: 1.8});
}

async function unchanged(): Promise<void> {
  const cwd = repository('unchanged', 20);
  report('a step that may write and does not (50 steps)', 'floor', await stepPairs(cwd, mayWrite), {unit: 'ms', aim: 1.8});
}

async function changes(): Promise<void> {
  const cwd = repository('changes', 20);
  report('a step that changes a file (50 steps)', 'floor', await stepPairs(cwd, 'date +%N > changed.txt'), {unit: 'ms', aim: 2.5});
}

async function stepPairs(cwd: string, command: string): Promise<readonly (readonly [number, number])[]> {
  const url = await model.url(50, command);
  const perStep = async (who: Contestant) => {
    const {requests, stderr} = await run(who, {model, url, cwd, memory: false});
    if (requests.length !== 51) throw new Error(`${who.name} made ${requests.length} requests: ${stderr}`);
    // From the second request on: the first call waits for the worktree to be made.
    return ms(requests[1]!.t, requests[50]!.t) / 49;
  };
  return inTurn(
    5,
    () => perStep(floor),
    () => perStep(agent),
  );
}

async function flood(): Promise<void> {
  const cwd = repository('flood', 5);
  const url = await model.url(1, "yes 'a line of output that a build may well have printed, 0123456789' | head -c 100000000");
  const time = async (who: Contestant) => {
    const {requests, stderr} = await run(who, {model, url, cwd, memory: false});
    if (requests.length !== 2) throw new Error(`${who.name} made ${requests.length} requests: ${stderr}`);
    return ms(requests[0]!.t, requests[1]!.t);
  };
  report(
    'a command that prints 100 MB',
    'floor',
    await inTurn(
      5,
      () => time(floor),
      () => time(agent),
    ),
    {unit: 'ms', aim: 2.3},
  );
  const {rss} = await run(agent, {model, url, cwd, memory: true});
  const kept = execFileSync(process.execPath, [join(root, 'bin/agent.js'), 'audit', 'show', '1.1', '--last'], {
    cwd,
    env: {PATH: process.env['PATH'] ?? '', ...env},
    maxBuffer: 1 << 28,
  });
  console.log(
    `| high-water memory, 100 MB printed | ${mb(rss)} MB | aim 120 | ${kept.length === 100_000_000 ? 'every byte kept' : `${kept.length} bytes kept`} |`,
  );
}

async function memory(): Promise<void> {
  const cwd = repository('memory', 20);
  const url = await model.url(50, 'seq 1 2000');
  const [bare, ours] = [await run(floor, {model, url, cwd, memory: true}), await run(agent, {model, url, cwd, memory: true})];
  console.log(`| high-water memory over 50 steps | ${mb(ours.rss)} MB | floor ${mb(bare.rss)} MB | aim 120 |`);
}

async function tokens(): Promise<void> {
  const cwd = repository('tokens', 5);
  const {requests} = await run(agent, {model, url: await model.url(0, 'true'), cwd, memory: false});
  const body = JSON.parse(requests[0]?.first ?? '{}') as {messages: {role: string; content: unknown}[]; tools: unknown[]};
  const {get_encoding} = await import('tiktoken');
  const encoder = get_encoding('o200k_base');
  const count = (value: unknown) => encoder.encode(typeof value === 'string' ? value : JSON.stringify(value), [], []).length;
  const system = body.messages
    .filter(({role}) => role === 'system' || role === 'developer')
    .reduce((sum, {content}) => sum + count(content), 0);
  console.log(
    `| tokens of system prompt and tool schemas | ${system + count(body.tools)} | ${system} + ${count(body.tools)} | aim 2,500 |`,
  );
  encoder.free();
}

async function large(): Promise<void> {
  const cwd = repository('large', 50_000);
  execFileSync('git', ['status'], {cwd, env: {...process.env, ...env}});
  const status = median(
    repeat(7, () => {
      const from = process.hrtime.bigint();
      execFileSync('git', ['status', '--porcelain'], {cwd, env: {...process.env, ...env}});
      return ms(from, process.hrtime.bigint());
    }),
  );
  for (const command of ['true', mayWrite, 'date +%N > d1/f1.txt']) {
    const {requests} = await run(agent, {model, url: await model.url(10, command), cwd, memory: false});
    const step = median(requests.slice(2).map(({t}, index) => ms(requests[index + 1]!.t, t)));
    console.log(
      `| a step in 50,000 files: ${command} | ${step.toFixed(1)} ms | git status ${status.toFixed(1)} ms | ${(step / status).toFixed(2)}x | aim 1.5x |`,
    );
  }
}

function repository(name: string, files: number): string {
  const folder = join(scratch, name);
  for (let index = 0; index < files; index++) {
    const sub = join(folder, `d${Math.floor(index / 100)}`);
    if (index % 100 === 0) mkdirSync(sub, {recursive: true});
    writeFileSync(join(sub, `f${index}.txt`), `file ${index}\n`);
  }
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...args], {
      cwd: folder,
      env: {...process.env, ...env},
    });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Begin');
  return folder;
}

function expectRequest({requests, code, stderr}: Run): {t: bigint} {
  const [first] = requests;
  if (first === undefined) throw new Error(`no request was made (exit ${code}): ${stderr}`);
  return first;
}
