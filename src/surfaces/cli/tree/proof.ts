import type {Command} from 'commander';
import {lineRange} from '../numbers.ts';
import {act, add, addGroup, valued, withJson, withSession, type Running} from './command.ts';

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
  auditCommand(audit, running);
  showCommand(audit, running);
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

function auditCommand(audit: Command, running: Running): void {
  const list = add(audit, {
    name: 'list',
    isDefault: true,
    does: 'every output that was shortened, with its receipt',
    examples: [
      ['agent audit --last', 'of the newest session of this repository'],
      ['agent audit k3f --json', 'for programs'],
    ],
  });
  withJson(withSession(list)).action(async (id: string | undefined, {last, json}: Options) =>
    act(running, list, async ({program, io}) =>
      (await import('../audit.ts')).audit({session: id ?? null, last: last ?? false, dir: program.cwd, json: json ?? false}, program, io),
    ),
  );
}

function showCommand(audit: Command, running: Running): void {
  const show = add(audit, {
    name: 'show',
    does: 'the original bytes of an output',
    examples: [
      ['agent audit show 1.1', 'of call 1.1 of the newest session'],
      ['agent audit show ab12cd34 k3f', 'by the beginning of its sha256'],
      ['agent audit show 1.1 --lines 7000-7400', 'a part of it'],
      ['agent audit show 1.1 --as-shown', 'what the model saw'],
    ],
  });
  show
    .argument('<output>', 'a call (step.call), or at least 8 digits of a sha256')
    .argument('[id]', 'a session, by any unique beginning of its id')
    .option('--last', 'the newest session of this repository')
    .option('--as-shown', 'exactly what the model saw')
    .addOption(valued('--lines <a-b>', 'only these lines, both ends included', lineRange))
    .action(async (output: string, id: string | undefined, options: {last?: true; asShown?: true; lines?: {first: number; last: number}}) =>
      act(running, show, async ({program, io}) => {
        const named = {session: id ?? null, last: options.last ?? false, dir: program.cwd};
        return (await import('../audit-show.ts')).showOutput(
          {...named, output, as_shown: options.asShown ?? false, lines: options.lines ?? null},
          program,
          io,
        );
      }),
    );
}
