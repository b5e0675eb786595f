import {existsSync} from 'node:fs';
import {cp, mkdtemp, realpath} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import type {Io} from './io.ts';
import type {DemoOptions} from './options.ts';
import {printRun} from './print.ts';

const task = 'A test of this project fails. Find out why, mend it, and show that all tests pass.';

/** The whole loop with no key and no network: a scripted model repairs a real little repository, over the same path as any model. */
export async function demo(_options: DemoOptions, program: Program, io: Io): Promise<ExitCode> {
  const dir = await makeRepository(program);
  io.progress(`A little repository with a failing test: ${dir}\n> ${task}\n`);
  const model = `scripted:${join(program.fixtures, 'models', 'demo.json')}`;
  const opened = await program.open({dir, in_place: false, add_dirs: [], config: null, flags: {model, mode: 'full'}, headless: true});
  const code = await printRun(opened, {prompt: task, output: 'text', expected: null, apply: false}, {program, io});
  if (code !== 0) return code;
  await bringOver(opened.id, {program, io});
  await runTests(dir, program, io);
  io.print(whatNext(dir, program));
  return 0;
}

async function makeRepository({fixtures, env}: Program): Promise<string> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'agent-demo-')));
  await cp(join(fixtures, 'repos', 'demo'), dir, {recursive: true});
  const {simpleGit, GitError} = await import('simple-git');
  const config = ['user.name=demo', 'user.email=demo@localhost', 'commit.gpgsign=false', 'core.hooksPath=/dev/null'];
  const git = simpleGit({baseDir: dir, config, unsafe: {allowUnsafeHooksPath: true}});
  git.env(only(['PATH', 'HOME', 'XDG_CONFIG_HOME', 'TMPDIR'], env));
  try {
    await git.init().add('.').commit('A price list with a failing test', ['--quiet']);
    return dir;
  } catch (error) {
    if (error instanceof GitError)
      throw new Stop(3, `git could not make a repository in ${dir}: ${error.message.split('\n')[0] ?? ''}\nType: agent doctor`);
    throw error;
  }
}

/** Editors, pagers and the variables of a git hook are no business of a repository made here. */
const only = (names: readonly string[], env: Program['env']): Record<string, string> =>
  Object.fromEntries(names.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]])));

async function bringOver(id: string, {program, io}: {program: Program; io: Io}): Promise<void> {
  const {applySession} = await import('./apply.ts');
  const applied = await applySession(id as never, {conflicts: false, commit: null}, program);
  if (applied.kind !== 'applied') throw new Stop(1, `The change could not be applied (${applied.kind}).`);
  io.progress(`Applied to the checkout: ${applied.files.map(({path}) => path).join(', ')}\n`);
}

/** The proof is not what the model says: the tests run once more, in the user's checkout. */
async function runTests(dir: string, {env}: Program, io: Io): Promise<void> {
  const {execa} = await import('execa');
  const {failed, stdout, shortMessage} = await execa('npm', ['test', '--silent'], {cwd: dir, env, extendEnv: false, reject: false});
  const lines = stdout.split('\n');
  if (failed) throw new Stop(1, `The tests still fail in ${dir}: ${stdout === '' ? shortMessage : lines.slice(-3).join(' | ')}`);
  io.progress(`npm test in the checkout: ${lines.at(-1) ?? ''}\n`);
}

const whatNext = (dir: string, {env, fixtures}: Program): string => `
Try next:
  cd ${dir}${isOnPath('agent', env) ? '' : `\n  alias agent=${join(fixtures, '..', 'bin', 'agent.js')}`}
  agent replay --last        what happened, as it happened
  agent audit --last         every output that was shortened, and how to see the whole
  git diff                   what was changed; agent apply --undo takes it back
Then, in a repository of your own:  agent "fix the failing test"
`;

const isOnPath = (name: string, env: Program['env']): boolean =>
  (env['PATH'] ?? '').split(delimiter).some(folder => folder !== '' && existsSync(join(folder, name)));
