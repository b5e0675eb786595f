import type {Command} from 'commander';
import {countOrZero} from '../numbers.ts';
import {act, add, addGroup, valued, withJson, withYes, type Running} from './command.ts';
import {exportCommand} from './export.ts';
import {searchCommand, treeCommand} from './find-sessions.ts';
import {importCommand} from './import.ts';
import {redactCommand} from './redact.ts';
import {repairCommand} from './repair.ts';

/** `agent sessions`. */
export function sessionCommands(root: Command, running: Running): void {
  const sessions = addGroup(root, {
    name: 'sessions',
    group: 'Sessions:',
    does: 'list, search, show, rename, export, import and remove past sessions, repair them, and take leaked values out of them',
    examples: [
      ['agent sessions', 'those of this repository, the newest first'],
      ['agent sessions --all --json', 'of every repository, for programs'],
      ['agent sessions show k3f', 'one of them'],
    ],
  });
  listCommand(sessions, running);
  searchCommand(sessions, running);
  treeCommand(sessions, running);
  showCommand(sessions, running);
  renameCommand(sessions, running);
  exportCommand(sessions, running);
  importCommand(sessions, running);
  removeCommand(sessions, running);
  redactCommand(sessions, running);
  repairCommand(sessions, running);
}

function listCommand(sessions: Command, running: Running): void {
  const list = add(sessions, {
    name: 'list',
    isDefault: true,
    does: 'list the sessions of this repository, the newest first',
    examples: [
      ['agent sessions', 'the newest thirty'],
      ['agent sessions list --limit 0', 'all of them'],
      ['agent sessions --all', 'of every repository'],
    ],
  });
  withJson(list)
    .option('-a, --all', 'of every repository')
    .addOption(valued('-n, --limit <n>', 'at most this many (default: 30; 0 for all)', countOrZero))
    .action(async ({json, all, limit}: {json?: true; all?: true; limit?: number}) =>
      act(running, list, async ({program, io}) =>
        (await import('../sessions-list.ts')).listSessions({json: json ?? false, all: all ?? false, limit: limit ?? 30}, program, io),
      ),
    );
}

function showCommand(sessions: Command, running: Running): void {
  const show = add(sessions, {
    name: 'show',
    does: 'show one session: what was asked, what it used, what it changed',
    examples: [
      ['agent sessions show k3f', 'any unique beginning of the id will do'],
      ['agent sessions show --last --json', 'the newest, for programs'],
    ],
  });
  withJson(show)
    .argument('[id]', 'a session, by any unique beginning of its id')
    .option('--last', 'the newest session of this repository')
    .action(async (id: string | undefined, {json, last}: {json?: true; last?: true}) =>
      act(running, show, async ({program, io}) =>
        (await import('../sessions-show.ts')).showSession(
          {session: id ?? null, last: last ?? false, dir: program.cwd, json: json ?? false},
          program,
          io,
        ),
      ),
    );
}

function renameCommand(sessions: Command, running: Running): void {
  const rename = add(sessions, {
    name: 'rename',
    does: 'give a session another title',
    examples: [['agent sessions rename k3f "the parser fix"', 'shown in lists and when it is resumed']],
  });
  rename
    .argument('<id>', 'a session, by any unique beginning of its id')
    .argument('<title...>', 'its new title')
    .action(async (id: string, title: string[]) =>
      act(running, rename, async ({program, io}) =>
        (await import('../sessions-rename.ts')).renameSession({id, title: title.join(' ')}, program, io),
      ),
    );
}

function removeCommand(sessions: Command, running: Running): void {
  const remove = add(sessions, {
    name: 'rm',
    does: 'remove sessions: their logs, and their worktrees with what was not applied',
    examples: [
      ['agent sessions rm k3f', 'asks first'],
      ['agent sessions rm k3f 9zq --yes', 'two of them, without asking'],
    ],
  });
  withYes(remove)
    .argument('<id...>', 'sessions, by any unique beginning of their ids')
    .action(async (ids: string[], {yes}: {yes?: true}) =>
      act(running, remove, async ({program, io}) =>
        (await import('../sessions-rm.ts')).removeSessions({ids, yes: yes ?? false}, program, io),
      ),
    );
}
