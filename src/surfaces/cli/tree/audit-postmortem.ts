import type {Command} from 'commander';
import {act, add, withJson, withSession, type Running} from './command.ts';

type Options = {last?: true; json?: true};

export function postmortemCommand(audit: Command, running: Running): void {
  const postmortem = add(audit, {
    name: 'postmortem',
    does: 'what went wrong in a session, with evidence',
    examples: [
      ['agent audit postmortem --last', 'of the newest session of this repository'],
      ['agent audit postmortem k3f --json', 'for programs'],
    ],
  });
  withJson(withSession(postmortem)).action(async (id: string | undefined, {last, json}: Options) =>
    act(running, postmortem, async ({program, io}) =>
      (await import('../audit-postmortem.ts')).postmortem(
        {session: id ?? null, last: last ?? false, dir: program.cwd, json: json ?? false},
        program,
        io,
      ),
    ),
  );
}
