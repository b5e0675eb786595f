import {join} from 'node:path';
import {PassThrough, Writable} from 'node:stream';
import {rmSync, writeFileSync} from 'node:fs';
import type {Program} from '../../../src/agent/program.ts';
import type {ExitCode} from '../../../src/agent/stop.ts';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {compose} from '../../../src/main/compose.ts';
import {runCli} from '../../../src/surfaces/cli/cli.ts';
import {ioOver, type Io} from '../../../src/surfaces/cli/io.ts';
import {makeRepository, temporaryFolder, testEnvironment} from '../../support/git-repository.ts';

export type Said = {code: ExitCode; out: string; err: string};

/** What goes to a stream, kept; `terminal` makes it look like one. */
export function captured(
  options: {terminal?: boolean; columns?: number; env?: Record<string, string>; answers?: string; open?: boolean} = {},
): {
  io: Io;
  out: () => string;
  err: () => string;
} {
  const {terminal = false, columns = 80, env = {}, answers = '', open = false} = options;
  const collector = () => {
    const pieces: Buffer[] = [];
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        pieces.push(Buffer.from(chunk));
        done();
      },
    });
    return {stream: Object.assign(stream, {isTTY: terminal, columns}), text: () => Buffer.concat(pieces).toString('utf8')};
  };
  const [stdout, stderr] = [collector(), collector()];
  const stdin = Object.assign(new PassThrough(), {isTTY: terminal});
  // Left open for whoever types while it runs.
  if (!open) stdin.end(answers);
  return {io: ioOver({stdin, stdout: stdout.stream, stderr: stderr.stream, env}), out: stdout.text, err: stderr.text};
}

/** A home, a configuration folder and a repository of their own, and the real program over them. */
export class CliWorld {
  readonly root = temporaryFolder('agent-cli-');
  readonly repo: string;
  readonly env: Record<string, string>;

  constructor(files: Readonly<Record<string, string>> = {'a.txt': 'one\ntwo\n'}) {
    this.repo = makeRepository(join(this.root, 'repo'), files);
    const {PATH = '', HOME = '', ...rest} = testEnvironment();
    const git = Object.fromEntries(Object.entries(rest).filter(([name]) => name.startsWith('GIT_')));
    this.env = {...git, PATH, HOME, AGENT_HOME: join(this.root, 'home'), XDG_CONFIG_HOME: join(this.root, 'config')};
  }

  program(cwd = this.repo): Program {
    return compose({env: this.env, cwd});
  }

  async run(words: readonly string[], options: Parameters<typeof captured>[0] & {cwd?: string} = {}): Promise<Said> {
    const {io, out, err} = captured(options);
    const code = await runCli(words, this.program(options.cwd), io);
    return {code, out: out(), err: err()};
  }

  /** A real session with a scripted model: it runs the commands, then says that it is done. */
  async session({
    prompt = 'Do it',
    commands = [],
    inPlace = false,
  }: {prompt?: string; commands?: readonly string[]; inPlace?: boolean} = {}): Promise<SessionId> {
    const script = join(this.root, 'script.json');
    const calls = commands.map(command => ({tool: 'shell', input: {command}}));
    const work = calls.length === 0 ? [] : [{calls, usage: {input: 900, output: 40, cached: 300}}];
    writeFileSync(script, JSON.stringify({replies: [...work, {text: 'Done.', usage: {input: 1000, output: 10, cached: 800}}]}));
    const flags = {model: `scripted:${script}`, mode: 'full' as const};
    const {id, session} = await this.program().open({dir: this.repo, in_place: inPlace, add_dirs: [], config: null, flags, headless: true});
    await session.submit({type: 'prompt', text: prompt});
    await session.settled();
    await session.close();
    return id;
  }

  remove(): void {
    rmSync(this.root, {recursive: true, force: true});
  }
}
