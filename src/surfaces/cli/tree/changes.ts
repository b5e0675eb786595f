import type {Command} from 'commander';
import type {Program} from '../../../agent/program.ts';
import {act, add, addGroup, withJson, withSession, withYes, type Running} from './command.ts';

const group = 'Changes:';

/** What a session changed: see it, bring it over, drop it. */
export function changeCommands(root: Command, running: Running): void {
  diffCommand(root, running);
  applyCommand(root, running);
  discardCommand(root, running);
  worktreeCommands(root, running);
}

type Last = {last?: true};
const named = (id: string | undefined, {last}: Last, {cwd}: Program) => ({session: id ?? null, last: last ?? false, dir: cwd});

function diffCommand(root: Command, running: Running): void {
  const diff = add(root, {
    name: 'diff',
    group,
    does: 'show what a session changed and was not applied yet',
    examples: [
      ['agent diff', 'of the newest session of this repository'],
      ['agent diff k3f --stat', 'only how much, file by file'],
      ['agent diff | git apply', 'outside a terminal it is a plain patch'],
    ],
  });
  withJson(withSession(diff))
    .option('-a, --all', 'what was applied already too')
    .option('--stat', 'only how much, file by file')
    .option('--name-only', 'only the names of the files')
    .action(async (id: string | undefined, options: Last & {all?: true; stat?: true; nameOnly?: true; json?: true}) =>
      act(running, diff, async ({program, io}) => {
        const form = options.json === true ? 'json' : options.nameOnly === true ? 'names' : options.stat === true ? 'stat' : 'patch';
        return (await import('../diff.ts')).diff({...named(id, options, program), form, all: options.all ?? false}, program, io);
      }),
    );
}

function applyCommand(root: Command, running: Running): void {
  const apply = add(root, {
    name: 'apply',
    group,
    does: "bring a session's changes into the checkout: all of them, or none where one conflicts",
    examples: [
      ['agent apply', 'of the newest session of this repository'],
      ['agent apply k3f --commit "Fix the parser"', 'and commit exactly them'],
      ['agent apply --conflicts', 'write conflict markers where both sides changed'],
      ['agent apply --undo', 'take the last apply back'],
    ],
  });
  withJson(withSession(apply))
    .option('--conflicts', 'write conflict markers instead of refusing')
    .option('--commit <message>', 'commit exactly these changes with this message')
    .option('--undo', 'take the last apply of the session back')
    .action(async (id: string | undefined, options: Last & {conflicts?: true; commit?: string; undo?: true; json?: true}) =>
      act(running, apply, async ({program, io}) => {
        const {conflicts, commit, undo, json} = options;
        const how = {conflicts: conflicts ?? false, commit: commit ?? null, undo: undo ?? false, json: json ?? false};
        return (await import('../apply.ts')).apply({...named(id, options, program), ...how}, program, io);
      }),
    );
}

function discardCommand(root: Command, running: Running): void {
  const discard = add(root, {
    name: 'discard',
    group,
    does: "drop a session's worktree with the changes that were not applied",
    examples: [
      ['agent discard', 'of the newest session of this repository; asks first'],
      ['agent discard k3f --yes', 'without asking'],
    ],
  });
  withYes(withSession(discard)).action(async (id: string | undefined, options: Last & {yes?: true}) =>
    act(running, discard, async ({program, io}) =>
      (await import('../discard.ts')).discard({...named(id, options, program), yes: options.yes ?? false}, program, io),
    ),
  );
}

function worktreeCommands(root: Command, running: Running): void {
  const worktrees = addGroup(root, {
    name: 'worktrees',
    group,
    does: 'list the worktrees of sessions, find one, free their space',
    examples: [
      ['agent worktrees', 'every one, with its size'],
      ['cd "$(agent worktrees open k3f)"', 'go there'],
      ['agent worktrees prune', 'remove those that nobody needs; asks first'],
    ],
  });
  const list = add(worktrees, {
    name: 'list',
    isDefault: true,
    does: 'list every worktree with its session and size',
    examples: [['agent worktrees list --json', 'for programs']],
  });
  withJson(list).action(async ({json}: {json?: true}) =>
    act(running, list, async ({program, io}) => (await import('../worktrees-list.ts')).listWorktrees({json: json ?? false}, program, io)),
  );
  const open = add(worktrees, {
    name: 'open',
    does: "print the path of a session's worktree",
    examples: [['cd "$(agent worktrees open --last)"', 'go to the newest one']],
  });
  withSession(open).action(async (id: string | undefined, options: Last) =>
    act(running, open, async ({program, io}) =>
      (await import('../worktrees-open.ts')).openWorktree(named(id, options, program), program, io),
    ),
  );
  const prune = add(worktrees, {
    name: 'prune',
    does: 'remove orphans, and worktrees of ended sessions that hold no change',
    examples: [
      ['agent worktrees prune --yes', 'without asking'],
      ['agent worktrees prune k3fm2x9qat', 'an orphan, also with changes that were not applied'],
    ],
  });
  withYes(prune.argument('[sessions...]', 'orphans to remove whatever they hold')).action(async (named: string[], {yes}: {yes?: true}) =>
    act(running, prune, async ({program, io}) =>
      (await import('../worktrees-prune.ts')).pruneWorktrees({yes: yes ?? false, named}, program, io),
    ),
  );
}
