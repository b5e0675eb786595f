import type {Command} from 'commander';
import {auditCommands} from './audit.ts';
import {postmortemCommand} from './audit-postmortem.ts';
import {verifyCommand} from './audit-verify.ts';
import {addGroup, type Running} from './command.ts';
import {excerptCommand} from './excerpt.ts';
import {replayCommand} from './replay.ts';

const group = 'Proof:';

/** What happened, and what the model did not see. */
export function proofCommands(root: Command, running: Running): void {
  replayCommand(root, group, running);
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
