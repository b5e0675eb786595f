import {resolve} from 'node:path';
import type {Command} from 'commander';
import {act, add, withJson, withYes, type Running} from './command.ts';

type Options = {fromFile?: string; all?: true; yes?: true; json?: true};

/** `agent sessions redact`. The value is never an argument: those stand in the history of the shell and in the list of processes. */
export function redactCommand(sessions: Command, running: Running): void {
  const redact = add(sessions, {
    name: 'redact',
    does: 'take a leaked value (a password, a token) out of a past session',
    examples: [
      ['agent sessions redact k3f', 'asks for the value, shows where it stands, and asks again'],
      ['pass show api-token | agent sessions redact k3f --yes', 'the value from another program'],
      ['agent sessions redact k3f --from-file key.pem --all', 'a whole file, out of every session'],
    ],
  });
  withYes(withJson(redact))
    .argument('<id>', 'a session, by any unique beginning of its id')
    .option('--from-file <file>', 'the value is what this file holds, without its last line end')
    .option('-a, --all', 'out of every session of every repository, and of stored outputs that no session names')
    .action(async (id: string, {fromFile, all, yes, json}: Options) =>
      act(running, redact, async ({program, io}) => {
        const file = fromFile === undefined ? null : resolve(program.cwd, fromFile);
        const options = {id, file, all: all ?? false, yes: yes ?? false, json: json ?? false};
        return (await import('../sessions-redact.ts')).redactSession(options, program, io);
      }),
    );
}
