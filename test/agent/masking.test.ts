import {join} from 'node:path';
import {expect, test} from 'vitest';
import {redactorIn} from '../../src/agent/masking.ts';
import type {Clock} from '../../src/ports/clock.ts';
import type {KnownSecret} from '../../src/ports/secrets.ts';

const place = {kind: 'worktree' as const, root: '/tree', cwd: 'app'};

/** What is asked of the secrets while pieces go by, each some milliseconds after the one before it. */
function looking(known: (folders: readonly string[]) => readonly KnownSecret[] = () => []) {
  const asked: (readonly string[])[] = [];
  let now = 0;
  const clock = {elapsed: () => now} as Clock;
  const secrets = {
    key: new Uint8Array(32),
    known: (folders: readonly string[]) => {
      asked.push(folders);
      return known(folders);
    },
  };
  const around = {ports: {secrets, clock}, state: () => ({changes: {repo: '/checkout', place}})} as unknown as Parameters<
    typeof redactorIn
  >[0];
  return {asked, around, pass: (ms: number) => void (now += ms)};
}

test('a flood of small pieces looks at the files a few times in each stretch of time, not once a piece', () => {
  const {asked, around, pass} = looking();
  const redactor = redactorIn(around)!;
  const line = Buffer.from('an ordinary line of sixty bytes, give or take some of them\n');
  for (let piece = 0; piece < 100_000; piece++) {
    redactor.push(line);
    pass(0.01);
  }
  // A second of it, and six megabytes.
  expect(asked.length).toBeLessThan(200);
  expect(asked.length).toBeGreaterThan(20);
});

test('a big flood within no time is looked at once in a mebibyte', () => {
  const {asked, around} = looking();
  const redactor = redactorIn(around)!;
  for (let piece = 0; piece < 640; piece++) redactor.push(Buffer.alloc(65_536, '.\n'));
  expect(asked.length).toBeGreaterThan(38);
  expect(asked.length).toBeLessThan(52);
});

test('what a file holds that has just been written counts for the next piece', () => {
  const files: KnownSecret[] = [];
  const {around} = looking(() => [...files]);
  const redactor = redactorIn(around)!;
  redactor.push(Buffer.from('one\n'));
  files.push({kind: 'dotenv', value: 'value-17-x'});
  expect(Buffer.from(redactor.push(Buffer.from('a value-17-x b\n'))).toString()).toMatch(/^a «redacted:dotenv:/);
});

test('the folders of .env files that a call names are looked at too', () => {
  const folders = (input: unknown): readonly string[] => {
    const {asked, around} = looking();
    redactorIn(around, input);
    return asked[0]!.filter(folder => !['/checkout', '/checkout/app', '/tree', '/tree/app'].includes(folder));
  };
  expect(folders({path: 'packages/api/.env'})).toEqual([join('/tree/app', 'packages/api')]);
  expect(folders({command: 'grep -r KEY /srv/one/.env.local ../two/.env && cat "x/.env.example"'})).toEqual(['/srv/one', '/tree/two']);
  expect(folders({command: 'npm test'})).toEqual([]);
});
