import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {median, run} from './contest.ts';
import {mb} from './pairs.ts';
import type {Bench} from './truncation.ts';

/**
 * High-water memory of the agent while a command prints. The text never repeats, so whatever is remembered of it would grow. 10 GB of it take
 * 2 GB of disk while it runs, and some minutes.
 */
export async function truncationMemory(bench: Bench, scale: number): Promise<void> {
  const sizes = [100, 1_000, ...(process.env['BENCH_10GB'] === '1' ? [10_000] : [])].map(megabytes => megabytes * scale);
  const env = {...bench.env, HOME: mkdtempSync(join(bench.scratch, 'user-'))};
  agentSays(['config', 'set', 'shell.timeout_s', '3600'], bench, {env});
  agentSays(['config', 'set', 'output.max_stored', '10000000000'], bench, {env});
  const cwd = bench.repository('truncation-memory', 5);
  const peaks = sizes.map((): number[] => []);
  for (const repetition of [1, 2, 3]) {
    for (const [at, megabytes] of sizes.entries()) {
      if (megabytes > 2_000 * scale && repetition > 1) continue;
      peaks[at]!.push(await peakOf(megabytes, bench, {env, cwd}));
    }
  }
  const least = median(peaks[0]!);
  for (const [at, megabytes] of sizes.entries()) {
    const peak = median(peaks[at]!);
    const more = at === 0 ? '' : `${mb(peak - least)} MB above that of ${sizes[0]} MB | aim 16 MB above`;
    console.log(`| high-water memory, ${megabytes} MB of log text printed | ${mb(peak)} MB | ${more} |`);
  }
}

type Where = {env: Readonly<Record<string, string>>; cwd?: string};

async function peakOf(megabytes: number, bench: Bench, {cwd, ...where}: Required<Where>): Promise<number> {
  const {agent, model} = bench;
  const env = {...where.env, AGENT_HOME: mkdtempSync(join(bench.scratch, 'home-'))};
  const url = await model.url(1, `'${process.execPath}' '${join(import.meta.dirname, 'print-log.ts')}' ${megabytes}`);
  const {rss, requests, stderr} = await run({...agent, env}, {model, url, cwd, memory: true});
  if (requests.length !== 2 || rss === null) throw new Error(`${requests.length} requests were made: ${stderr}`);
  const {total} = JSON.parse(agentSays(['audit', '--last', '--json'], bench, {env, cwd})) as {total: {bytes: number}};
  if (total.bytes !== megabytes * 1e6) throw new Error(`${total.bytes} bytes of ${megabytes} MB were kept`);
  rmSync(env.AGENT_HOME, {recursive: true});
  return rss;
}

function agentSays(words: readonly string[], {root, scratch}: Bench, {env, cwd = scratch}: Where): string {
  const options = {cwd, env: {PATH: process.env['PATH'] ?? '', ...env}, encoding: 'utf8' as const, stdio: 'pipe' as const};
  return execFileSync(process.execPath, [join(root, 'bin/agent.js'), ...words], options);
}
