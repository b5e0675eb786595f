import {existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import type {OpenRequest, OpenSession, Program} from '../../../src/agent/program.ts';
import type {ExitCode} from '../../../src/agent/stop.ts';
import type {Command} from '../../../src/core/vocabulary/command.ts';
import type {Recorded, SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {compose} from '../../../src/main/compose.ts';
import {explain} from '../../../src/surfaces/cli/failures.ts';
import type {Io} from '../../../src/surfaces/cli/io.ts';
import {rerun, type RerunOptions} from '../../../src/surfaces/cli/replay-rerun.ts';
import {openSession} from '../../support/open-session.ts';
import {sandbox, type Sandbox} from '../../support/sandbox.ts';
import {captured, type Said} from './world.ts';

export const shell = (command: string, more: object = {}) => ({tool: 'shell', input: {command, ...more}});

/** A sandbox in which sessions are made by a scripted model, and run again. */
export class RerunWorld {
  readonly at: Sandbox;

  constructor(files: Readonly<Record<string, string>> = {'a.txt': 'one\ntwo\n'}) {
    this.at = sandbox(files);
    // Each run holds the signals to the end of the program, and a program of tests runs many.
    process.setMaxListeners(0);
    onTestFinished(() => rmSync(this.at.root, {recursive: true, force: true}));
  }

  program(cwd = this.at.repo): Program {
    return compose({env: this.at.env, cwd});
  }

  /** A file outside of the repository. */
  outside(name: string, text?: string): string {
    const file = join(this.at.root, name);
    if (text !== undefined) writeFileSync(file, text);
    return file;
  }

  async open(replies: readonly object[], more: Partial<OpenRequest> = {}): Promise<OpenSession> {
    return openSession(this.at, this.at.script(replies), more);
  }

  /** A whole session: the prompt, and what `during` does with it, until it rests. */
  async session(
    replies: readonly object[],
    {during, more = {}}: {during?: (opened: OpenSession) => Promise<void>; more?: Partial<OpenRequest>} = {},
  ): Promise<SessionId> {
    const opened = await this.open(replies, more);
    await opened.session.submit({type: 'prompt', text: 'Do it.'});
    await during?.(opened);
    await opened.session.settled();
    await opened.session.close();
    return opened.id;
  }

  async resume(id: SessionId, model: string, commands: readonly Command[]): Promise<void> {
    const {session} = await this.program().resume(id, {add_dirs: [], config: null, flags: {model, mode: 'full'}, headless: true});
    session.goOn();
    await session.settled();
    for (const command of commands) {
      await session.submit(command);
      await session.settled();
    }
    await session.close();
  }

  async rerun(
    id: SessionId,
    {io, out, err}: {io: Io; out: () => string; err: () => string} = captured({columns: 120}),
    more: Partial<RerunOptions> = {},
  ): Promise<Said> {
    let code: ExitCode;
    try {
      const options = {session: id, last: false, dir: this.at.repo, keep: false, yes: true, json: false, ...more};
      code = await rerun(options, this.program(options.dir), io);
    } catch (error) {
      const failure = explain(error);
      io.progress(failure.message);
      ({code} = failure);
    }
    return {code, out: out(), err: err()};
  }

  /** The same as data. */
  async compared(id: SessionId, more: Partial<RerunOptions> = {}) {
    const {code, out, err} = await this.rerun(id, captured(), {json: true, ...more});
    if (out === '') throw new Error(err);
    return {code, ...(JSON.parse(out) as Json)};
  }

  sessions(): readonly string[] {
    const folder = join(this.at.home, 'sessions');
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  worktrees(): readonly string[] {
    const folder = join(this.at.home, 'worktrees');
    return existsSync(folder) ? readdirSync(folder).flatMap(slug => readdirSync(join(folder, slug))) : [];
  }

  log(id: string): string {
    return join(this.at.home, 'sessions', id, 'log.jsonl');
  }

  records(id: string): readonly Recorded[] {
    return readFileSync(this.log(id), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line) as Recorded);
  }
}

export type Json = {
  session: string;
  rerun: string | null;
  likeness: string;
  calls: {
    call: string;
    was: string;
    now: string;
    likeness: string;
    why: string | null;
    difference: {line: number; was: string[]; now: string[]} | null;
  }[];
  trees: {step: number; likeness: string; files: {path: string; likeness: string}[]}[];
  stuck: string | null;
  notes: string[];
};

/** Resolves with the first record of this type from now on. */
export function until({session}: OpenSession, type: SessionEvent['type']): Promise<void> {
  return new Promise(resolve => {
    const stop = session.watch(({event}) => {
      if (event.type !== type) return;
      stop();
      resolve();
    });
  });
}
