/** Wants the lock of every folder in a folder, the n-th of them at an agreed moment, and says of each whether it got it. It keeps them. */
import {readdirSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {startTimeOf} from '../../src/adapters/processes/process-table.ts';
import {takeLock} from '../../src/adapters/session/lock.ts';

const [folder = '', begin = '0', apart = '0'] = process.argv.slice(2);
for (const [n, name] of readdirSync(folder).toSorted().entries()) {
  while (Date.now() < Number(begin) + n * Number(apart));
  const got = 'release' in takeLock(join(folder, name, 'lock'), startTimeOf);
  writeSync(1, got ? '+' : '-');
}
// What is held is held by the living only.
process.stdin.resume();
