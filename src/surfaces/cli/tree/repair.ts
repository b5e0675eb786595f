import type {Command} from 'commander';
import {act, add, withJson, withYes, type Running} from './command.ts';

/** `agent sessions repair`. */
export function repairCommand(sessions: Command, running: Running): void {
  const repair = add(sessions, {
    name: 'repair',
    does: 'make a session with a damaged log readable again: every record that can be read is kept',
    examples: [
      ['agent sessions repair k3f', 'says what can be kept, and asks'],
      ['agent sessions repair k3f --yes', 'without asking'],
    ],
  });
  withYes(withJson(repair))
    .argument('<id>', 'a session, by any unique beginning of its id')
    .action(async (id: string, {yes, json}: {yes?: true; json?: true}) =>
      act(running, repair, async ({program, io}) =>
        (await import('../sessions-repair.ts')).repairSession({id, yes: yes ?? false, json: json ?? false}, program, io),
      ),
    );
}
