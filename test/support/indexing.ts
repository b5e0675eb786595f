import {sessionIndex} from '../../src/adapters/catalogue-db/session-index.ts';
import {sessionCatalogue} from '../../src/adapters/session/catalogue.ts';
import type {SessionIndex} from '../../src/ports/session-index.ts';

/** The index of a home, as a program of its own has it. `told` hears every statement before it runs. */
export function indexOf(home: string, {folds = 'folds', told}: {folds?: string; told?: (statement: string) => void} = {}): SessionIndex {
  const catalogue = sessionCatalogue({home, now: () => '2026-01-01T00:00:00.000Z', startTimeOf: () => null});
  return sessionIndex({home, folds: async () => folds, catalogue: async () => catalogue, ...(told === undefined ? {} : {told})});
}

export const logsIn = (home: string) => sessionCatalogue({home, now: () => '', startTimeOf: () => null}).list();

/** Every session as the index gives it, and where the words of a query are found. */
export async function answers(
  index: SessionIndex,
  home: string,
  {root = null, words = []}: {root?: string | null; words?: readonly string[]} = {},
) {
  const logs = await logsIn(home);
  const roots = await index.roots(logs);
  const here = logs.filter(({id}) => root === null || (roots.get(id) ?? root) === root);
  const rows = [];
  for (const log of here) rows.push(await index.current(log, root));
  const found = [];
  for await (const {session, said} of index.search({words, root}, logs)) found.push({session, said});
  return {rows: rows.filter(row => row !== null), found};
}

// As a program: indexes the home that is named, and is killed before the statement with that number.
if (process.argv[1] === import.meta.filename) {
  const [, , home = '', killAt = '0'] = process.argv;
  let count = 0;
  const told = () => {
    if (++count === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  };
  await answers(indexOf(home, {told}), home, {words: ['part']});
  console.log(count);
}
