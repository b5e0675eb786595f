import {spawn, type ChildProcessByStdio} from 'node:child_process';
import {once} from 'node:events';
import {linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import type {Readable, Writable} from 'node:stream';
import {expect, test} from 'vitest';
import {startTimeOf} from '../../../src/adapters/processes/process-table.ts';
import {lockedBy, takeLock} from '../../../src/adapters/session/lock.ts';
import {temporaryFolder} from '../../support/world.ts';

const stale = (started: string) => `${JSON.stringify({pid: 1, started})}\n`;

test('one holder at a time; released, it is free again, and nothing is left', async () => {
  const file = join(await temporaryFolder(), 'lock');
  const first = takeLock(file, startTimeOf);
  if (!('release' in first)) throw new Error('The lock is not free.');
  expect(takeLock(file, startTimeOf)).toEqual({heldBy: process.pid});
  expect(lockedBy(file, startTimeOf)).toBe(process.pid);
  first.release();
  expect(lockedBy(file, startTimeOf)).toBeNull();
  expect(readdirSync(join(file, '..'))).toEqual([]);
});

test.each([
  ['of a process that is gone', stale('another start')],
  ['that is empty', ''],
  ['that is cut short', '{"pid":12'],
])('a lock %s is taken over', async (_, text) => {
  const file = join(await temporaryFolder(), 'lock');
  writeFileSync(file, text);
  expect(takeLock(file, startTimeOf)).toHaveProperty('release');
  expect(readdirSync(join(file, '..'))).toEqual(['lock']);
});

test('what a holder left that was killed while it took the lock does no harm, and goes', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'lock');
  // As two names of one file, which is how a kill between the link and the removal leaves them: with the pid that this process has, too.
  writeFileSync(file, stale('another start'));
  linkSync(file, `${file}.${process.pid}`);
  writeFileSync(`${file}.999999999`, stale('another start'));
  writeFileSync(`${file}.0123456789abcdef`, stale('yet another'));
  writeFileSync(`${file}.0123456789abcdef.999999999`, stale('yet another'));
  writeFileSync(join(folder, 'locksmith.1'), 'not ours');
  expect(takeLock(file, startTimeOf)).toHaveProperty('release');
  expect(readdirSync(folder)).toEqual(['lock', 'locksmith.1']);
  expect(readFileSync(file, 'utf8')).toContain(`"pid":${process.pid},`);
});

test('of many that find the same stale lock at the same moment, exactly one takes it over', async () => {
  const {folder, locks} = await staleLocks(100);
  const racers = Array.from({length: 4}, () => new Racer(folder, [String(Date.now() + 1_000), '5']));
  const got = await Promise.all(racers.map(racer => racer.next(locks.length)));
  for (const n of locks.keys())
    expect(
      got
        .map(results => results[n] ?? '')
        .toSorted((a, b) => (a < b ? -1 : 1))
        .join(''),
    ).toBe('+---');
  await Promise.all(racers.map(racer => racer.end()));
});

test('one is halted between any two of its operations, while two others come: exactly one of the three takes it over', async () => {
  const most = 16;
  const {folder, locks} = await staleLocks((most * (most + 1)) / 2);
  const [halted, third] = [new Racer(folder, [], 'step'), new Racer(folder, [], 'step')];
  await Promise.all([halted.next(), third.next()]);
  let round = 0;
  for (let first = 0; first < most; first++) {
    for (let second = first; second < most; second++) {
      const steps = [await halted.steps(first)];
      const mine = 'release' in takeLock(locks[round++] ?? '', startTimeOf) ? '+' : '-';
      if (steps[0] === '') steps.push(await halted.steps(second - first));
      const others = await third.steps(Infinity);
      if (steps.join('') === '') steps.push(await halted.steps(Infinity));
      expect([steps.join(''), mine, others].toSorted().join(''), `halted before operation ${first + 1} and ${second + 1}`).toBe('+--');
    }
  }
  await Promise.all([halted.end(), third.end()]);
});

async function staleLocks(count: number): Promise<{folder: string; locks: readonly string[]}> {
  const folder = await temporaryFolder();
  const folders = Array.from({length: count}, (_, n) => join(folder, String(n).padStart(4, '0')));
  for (const one of folders) {
    mkdirSync(one);
    writeFileSync(join(one, 'lock'), stale('another start'));
  }
  return {folder, locks: folders.map(one => join(one, 'lock'))};
}

/** Another process that wants the same locks. */
class Racer {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #said: AsyncIterator<string>;
  readonly #locks: number;
  #answers = 0;

  constructor(folder: string, args: readonly string[], failpoint = '') {
    this.#locks = readdirSync(folder).length;
    const [racer, preload] = ['races-for-locks.ts', 'crash/failpoint.mjs'].map(name => resolve(import.meta.dirname, '../../support', name));
    const env = {...process.env, FAILPOINT: failpoint};
    const options = failpoint === '' ? [] : [`--import=${preload}`];
    this.#child = spawn(process.execPath, [...options, racer ?? '', folder, ...args], {env, stdio: ['pipe', 'pipe', 'inherit']});
    this.#said = characters(this.#child.stdout);
  }

  /** What it says next: a dot before each operation, then `+` or `-`. */
  async next(count = 1): Promise<string> {
    let said = '';
    while (said.length < count) {
      const {value, done} = await this.#said.next();
      if (done === true) throw new Error(`The other process ended after "${said}".`);
      said += value;
    }
    return said;
  }

  /** Lets it do so many operations, at most up to its answer for this lock; '' where it is not there yet. */
  async steps(count: number): Promise<string> {
    for (let done = 0; done < count; done++) {
      this.#child.stdin.write(' ');
      const said = await this.next();
      if (said === '.') continue;
      // The next dot belongs to the next lock.
      if (++this.#answers < this.#locks) await this.next();
      return said;
    }
    return '';
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

async function* characters(stream: Readable): AsyncGenerator<string> {
  for await (const chunk of stream) yield* String(chunk);
}
