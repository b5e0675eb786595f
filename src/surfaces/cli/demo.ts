import {execFile} from 'node:child_process';
import {cp, mkdtemp, realpath} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {Stop, type ExitCode, type Program} from '../../agent/program.ts';
import type {Io} from './io.ts';
import type {DemoOptions} from './options.ts';
import {printRun} from './print.ts';

const task = 'A test of this project fails. Find out why, mend it, and show that all tests pass.';

/** The whole loop with no key and no network: a scripted model repairs a real little repository, over the same path as any model. */
export async function demo(_options: DemoOptions, program: Program, io: Io): Promise<ExitCode> {
  const dir = await makeRepository(program.fixtures);
  io.progress(`A little repository with a failing test: ${dir}\n> ${task}\n`);
  const model = `scripted:${join(program.fixtures, 'models', 'demo.json')}`;
  const opened = await program.open({dir, in_place: false, add_dirs: [], config: null, flags: {model, mode: 'full'}, headless: true});
  const code = await printRun(opened, {prompt: task, output: 'text', expected: null, apply: false}, {program, io});
  if (code !== 0) return code;
  await bringOver(opened.id, {program, io});
  await runTests(dir, io);
  io.print(whatNext(dir));
  return 0;
}

const git = promisify(execFile);

async function makeRepository(fixtures: string): Promise<string> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'agent-demo-')));
  await cp(join(fixtures, 'repos', 'demo'), dir, {recursive: true});
  const run = (...args: string[]) =>
    git('git', ['-c', 'user.name=demo', '-c', 'user.email=demo@localhost', '-c', 'commit.gpgsign=false', ...args], {cwd: dir});
  await run('init', '--quiet');
  await run('add', '--all');
  await run('commit', '--quiet', '--no-verify', '--message', 'A price list with a failing test');
  return dir;
}

async function bringOver(id: string, {program, io}: {program: Program; io: Io}): Promise<void> {
  const {applySession} = await import('./apply.ts');
  const applied = await applySession(id as never, {conflicts: false, commit: null}, program);
  if (applied.kind !== 'applied') throw new Stop(1, `The change could not be applied (${applied.kind}).`);
  io.progress(`Applied to the checkout: ${applied.files.map(({path}) => path).join(', ')}\n`);
}

/** The proof is not what the model says: the tests run once more, in the user's checkout. */
async function runTests(dir: string, io: Io): Promise<void> {
  const {stdout} = await git('npm', ['test', '--silent'], {cwd: dir, maxBuffer: 1 << 24}).catch((error: Error & {stdout?: string}) => {
    throw new Stop(1, `The tests still fail in ${dir}: ${(error.stdout ?? error.message).trimEnd().split('\n').slice(-3).join(' | ')}`);
  });
  io.progress(`npm test in the checkout: ${stdout.trimEnd().split('\n').at(-1) ?? ''}\n`);
}

const whatNext = (dir: string): string => `
Try next:
  cd ${dir}
  agent replay --last        what happened, as it happened
  agent audit --last         every output that was shortened, and how to see the whole
  git diff                   what was changed; agent apply --undo takes it back
Then, in a repository of your own:  agent "fix the failing test"
`;
