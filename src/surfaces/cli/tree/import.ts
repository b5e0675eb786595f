import type {Command} from 'commander';
import {act, add, withJson, type Running} from './command.ts';

type Options = {repo?: string; force?: true; json?: true};

/** `agent sessions import`. */
export function importCommand(sessions: Command, running: Running): void {
  const command = add(sessions, {
    name: 'import',
    does: 'take in a session from an archive: every part of it is checked first',
    examples: [
      ['agent sessions import k3f9m2x7qa.agent.tar.zst', 'made by agent sessions export --format archive'],
      ['agent sessions import k3f9m2x7qa.agent.tar.zst --repo ~/project', 'and go on with it in this clone'],
    ],
  });
  withJson(command)
    .argument('<file>', 'the archive')
    .option('--repo <dir>', "where the session's repository is on this machine")
    .option('--force', 'where the session is here already and the archive goes on where it ends, take the rest')
    .action(async (file: string, {repo, force, json}: Options) =>
      act(running, command, async ({program, io}) =>
        (await import('../sessions-import.ts')).importSession(
          {file, repo: repo ?? null, force: force ?? false, json: json ?? false},
          program,
          io,
        ),
      ),
    );
}
