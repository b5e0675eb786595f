import type {Command} from 'commander';
import {act, add, withJson, withSession, type Running} from './command.ts';

type Options = {last?: true; all?: true; json?: true};

export function verifyCommand(audit: Command, running: Running): void {
  const verify = add(audit, {
    name: 'verify',
    does: 'prove a session from its files: the log, every blob, every view, every request',
    examples: [
      ['agent audit verify --last', 'the newest session of this repository'],
      ['agent audit verify k3f --json', 'for programs'],
      ['agent audit verify --all', 'every session there is'],
    ],
  });
  withJson(withSession(verify).option('--all', 'every session, of all repositories')).action(
    async (id: string | undefined, {last, all, json}: Options) =>
      act(running, verify, async ({program, io}) =>
        (await import('../audit-verify.ts')).verifyAudit(
          {session: id ?? null, last: last ?? false, dir: program.cwd, all: all ?? false, json: json ?? false},
          program,
          io,
        ),
      ),
  );
}
