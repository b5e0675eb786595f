import {spawn, type ChildProcess} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';

/** One program that is measured: how it is started for a prompt, in a folder and an environment of its own. */
export type Contestant = {name: string; args: (prompt: string) => readonly string[]; env: Readonly<Record<string, string>>};

export type Run = {
  code: number | null;
  started: bigint;
  ended: bigint;
  requests: readonly Request[];
  stdout: string;
  stderr: string;
  rss: number | null;
};
export type Request = {t: bigint; done: number; bytes: number; first?: string};

/** The model's side, in a process of its own, so that it takes no time from the program that is measured. */
export class MockModel {
  readonly #child: ChildProcess;
  #requests: Request[] = [];
  readonly port: Promise<number>;

  constructor() {
    this.#child = spawn(process.execPath, [join(import.meta.dirname, 'mock-server.mjs')], {stdio: ['ignore', 'pipe', 'inherit']});
    const lines = createInterface({input: this.#child.stdout!});
    this.port = new Promise(resolve => {
      lines.on('line', line => {
        const said = JSON.parse(line) as {port?: number; t: string; done: number; bytes: number; first?: string};
        if (said.port !== undefined) resolve(said.port);
        else this.#requests.push({...said, t: BigInt(said.t)});
      });
    });
  }

  async url(steps: number, command: string): Promise<string> {
    return `http://127.0.0.1:${await this.port}/s/${steps}/${encodeURIComponent(command)}/v1`;
  }

  take(): readonly Request[] {
    const requests = this.#requests;
    this.#requests = [];
    return requests;
  }

  stop(): void {
    this.#child.kill();
  }
}

export async function run(
  contestant: Contestant,
  {model, url, cwd, memory}: {model: MockModel; url: string; cwd: string; memory: boolean},
): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-run-'));
  const rssFile = join(folder, 'rss');
  const preload = memory ? ['--import', join(import.meta.dirname, 'max-rss.mjs')] : [];
  const env = {PATH: process.env['PATH'] ?? '', OPENAI_BASE_URL: url, OPENAI_API_KEY: 'none', MAX_RSS_FILE: rssFile, ...contestant.env};
  model.take();
  const started = process.hrtime.bigint();
  const child = spawn(process.execPath, [...preload, ...contestant.args('Do it.')], {cwd, env, stdio: ['ignore', 'pipe', 'pipe']});
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const code = await new Promise<number | null>(resolve => child.on('close', resolve));
  const ended = process.hrtime.bigint();
  await new Promise(resolve => setTimeout(resolve, 20));
  const rss = memory ? Number(readFileSync(rssFile, 'utf8')) : null;
  rmSync(folder, {recursive: true});
  return {code, started, ended, requests: model.take(), stdout: await stdout, stderr: await stderr, rss};
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const ms = (from: bigint, to: bigint): number => Number(to - from) / 1e6;

async function collect(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
