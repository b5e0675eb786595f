import {Option, type Command} from 'commander';
import {auditCommands} from './audit.ts';
import {postmortemCommand} from './audit-postmortem.ts';
import {verifyCommand} from './audit-verify.ts';
import {speedFactor, wholeNumber} from '../numbers.ts';
import {act, add, addGroup, valued, withJson, withSession, type Running} from './command.ts';
import {excerptCommand} from './excerpt.ts';

const group = 'Proof:';

/** What happened, and what the model did not see. */
export function proofCommands(root: Command, running: Running): void {
  replayCommand(root, running);
  const audit = addGroup(root, {
    name: 'audit',
    group,
    does: 'every output that was shortened, and its original bytes',
    examples: [
      ['agent audit --last', 'of the newest session of this repository'],
      ['agent audit show 1.1', 'the original output of call 1.1'],
    ],
  });
  auditCommands(audit, running);
  verifyCommand(audit, running);
  postmortemCommand(audit, running);
  excerptCommand(root, group, running);
}

type Options = {last?: true; plain?: true; json?: true; from?: number; to?: number; speed?: number};

function replayCommand(root: Command, running: Running): void {
  const command = add(root, {
    name: 'replay',
    group,
    does: 'a session as it happened: on a terminal with a time slider, else line by line',
    examples: [
      ['agent replay --last', 'of the newest session of this repository'],
      ['agent replay k3f --from 10 --to 12', 'these steps of it'],
      ['agent replay k3f --plain --speed 4', 'line by line, four times as fast as it was'],
      ['agent replay k3f --json', 'the records of its log, one a line'],
    ],
  });
  withJson(withSession(command))
    .addOption(new Option('--plain', 'a line at a time, on a terminal too').conflicts('json'))
    .addOption(valued('--from <step>', 'begin with this step', wholeNumber))
    .addOption(valued('--to <step>', 'end after this step', wholeNumber))
    .addOption(
      valued('--speed <factor>', 'wait between records as it was: 1 as it happened, 4 four times as fast, 0 not at all', speedFactor),
    )
    .action(async (id: string | undefined, options: Options) =>
      act(running, command, async ({program, io}) => {
        const {last = false, plain = false, json = false, from = null, to = null, speed = null} = options;
        const form = json ? 'json' : plain ? 'plain' : 'player';
        return (await import('../replay.ts')).replay({session: id ?? null, last, dir: program.cwd, form, from, to, speed}, program, io);
      }),
    );
}
