import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {blobStore} from '../../src/adapters/session/blob-store.ts';
import {archive} from './session-archive.ts';
import {files} from './postmortem-files.ts';
import type {Scenario} from './postmortem-scenario.ts';
import {scenarios} from './postmortem-scenarios.ts';
import {sandbox} from './sandbox.ts';

// Makes the sessions of `fixtures/sessions` by running the built program: those that are missing, or those that are named.
// node test/support/make-sessions.ts <bin/agent.js> [name...]
const [program = resolve('bin/agent.js'), ...named] = process.argv.slice(2);
const folder = resolve(import.meta.dirname, '../../fixtures/sessions');
mkdirSync(folder, {recursive: true});
for (const scenario of scenarios) {
  const file = join(folder, `${scenario.name}.json.zst`);
  if (named.length === 0 ? existsSync(file) : !named.includes(scenario.name)) continue;
  const bytes = await make(scenario);
  if (bytes === null) console.log(`${scenario.name}: left, this program cuts by another policy than ${scenario.policy}`);
  else writeFileSync(file, bytes);
}
const labels = scenarios
  .filter(({name}) => existsSync(join(folder, `${name}.json.zst`)))
  .map(({name, about, yes}) => [name, {about, yes}] as const);
writeFileSync(join(folder, 'labels.json'), `${JSON.stringify(Object.fromEntries(labels), null, 2)}\n`);

async function make({
  name,
  replies,
  prompt = 'Do it.',
  prompts = [],
  config = '',
  window,
  args = [],
  policy,
}: Scenario): Promise<Uint8Array | null> {
  const at = sandbox(files);
  const env: Record<string, string> = {...at.env, XDG_CACHE_HOME: join(at.root, 'cache')};
  const settings = join(env['XDG_CONFIG_HOME'] ?? '', 'agent', 'config.toml');
  mkdirSync(dirname(settings), {recursive: true});
  writeFileSync(settings, config);
  const model = at.script(replies, window === undefined ? {} : {window});
  const run = (...more: readonly string[]) =>
    spawnSync(process.execPath, [program, ...more, '--mode', 'full', '--model', model], {
      cwd: at.repo,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
  let ended = run('-p', prompt, ...args);
  for (const next of prompts) ended = run('resume', '--last', '-p', next);
  const [id] = readdirSync(join(at.home, 'sessions'));
  if (id === undefined) throw new Error(`${name}: no session came of it.\n${ended.stderr}`);
  const log = readFileSync(join(at.home, 'sessions', id, 'log.jsonl'), 'utf8');
  const bytes = await archive(log, blobStore(join(at.home, 'blobs')));
  console.log(`${name}: exit ${ended.status}, ${log.split('\n').length - 1} records, ${bytes.length} bytes`);
  execFileSync('chmod', ['-R', 'u+w', at.root]);
  rmSync(at.root, {recursive: true, force: true});
  return policy !== undefined && !log.includes(`"policy":"${policy}`) ? null : bytes;
}
