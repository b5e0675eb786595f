import type {Command} from 'commander';
import {auditCommands} from './audit.ts';
import {postmortemCommand} from './audit-postmortem.ts';
import {verifyCommand} from './audit-verify.ts';
import {act, add, addGroup, withJson, withSession, type Running} from './command.ts';
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

type Options = {last?: true; json?: true};

function replayCommand(root: Command, running: Running): void {
  const replay = add(root, {
    name: 'replay',
    group,
    does: 'the transcript of a session, as it happened',
    examples: [
      ['agent replay --last', 'of the newest session of this repository'],
      ['agent replay k3f --json', 'the records of its log, one a line'],
    ],
  });
  withJson(withSession(replay)).action(async (id: string | undefined, {last, json}: Options) =>
    act(running, replay, async ({program, io}) =>
      (await import('../replay.ts')).replay({session: id ?? null, last: last ?? false, dir: program.cwd, json: json ?? false}, program, io),
    ),
  );
}
