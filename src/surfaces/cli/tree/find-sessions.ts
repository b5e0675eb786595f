import type {Command} from 'commander';
import {countOrZero, since} from '../numbers.ts';
import {act, add, valued, withJson, type Running} from './command.ts';

/** `agent sessions search`. */
export function searchCommand(sessions: Command, running: Running): void {
  const search = add(sessions, {
    name: 'search',
    does: 'find sessions by what was said in them: prompts, answers, titles, commands, files',
    examples: [
      ['agent sessions search parser crash', 'both words, anywhere in the session, in any order'],
      ['agent sessions search readConfig --all', 'in every repository'],
      ['agent sessions search deploy --since 7d --json', 'of the last seven days, for programs'],
    ],
  });
  withJson(search)
    .argument('<words...>', 'what to look for: a word is found by its beginning, too')
    .option('-a, --all', 'of every repository')
    .addOption(valued('--since <when>', 'changed from here on: 12h, 7d, 4w or 2026-01-31', text => since(text, Date.now())))
    .addOption(valued('-n, --limit <n>', 'at most this many (default: 10; 0 for all)', countOrZero))
    .action(async (words: string[], {json, all, since: from, limit}: {json?: true; all?: true; since?: string; limit?: number}) =>
      act(running, search, async ({program, io}) =>
        (await import('../sessions-search.ts')).searchSessions(
          {query: words.join(' '), all: all ?? false, since: from ?? null, limit: limit ?? 10, json: json ?? false},
          program,
          io,
        ),
      ),
    );
}

/** `agent sessions tree`. */
export function treeCommand(sessions: Command, running: Running): void {
  const tree = add(sessions, {
    name: 'tree',
    does: 'draw which sessions were forked from which',
    examples: [
      ['agent sessions tree', 'the families of this repository'],
      ['agent sessions tree k3f', 'the family of one session'],
      ['agent sessions tree --all --json', 'of every repository, for programs'],
    ],
  });
  withJson(tree)
    .argument('[id]', 'a session, by any unique beginning of its id')
    .option('-a, --all', 'of every repository')
    .action(async (id: string | undefined, {json, all}: {json?: true; all?: true}) =>
      act(running, tree, async ({program, io}) =>
        (await import('../sessions-tree.ts')).drawSessions({session: id ?? null, all: all ?? false, json: json ?? false}, program, io),
      ),
    );
}
