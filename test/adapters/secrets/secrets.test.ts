import {mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {secretsOfUser} from '../../../src/adapters/secrets/secrets.ts';
import {draw, letters} from '../../core/redaction/made-secrets.ts';

const random = (name: string): string => `q7${draw(`${letters}0123456789`, 22, name)}`;
const [one, two, three] = [random('one'), random('two'), random('three')];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'secrets-'));
  onTestFinished(() => rmSync(made, {recursive: true, force: true}));
  return made;
}

const valuesOf = (secrets: ReturnType<typeof secretsOfUser>, ...folders: readonly string[]): readonly string[] =>
  secrets
    .known(folders)
    .map(({kind, value}) => `${kind} ${value}`)
    .toSorted();

test('variables whose names sound like a secret, and what every .env file of the folders holds', () => {
  const [root, nested] = [folder(), folder()];
  writeFileSync(join(root, '.env'), `A=${one}\nPORT=3000\n`);
  writeFileSync(join(root, '.env.example'), `A=${random('example')}\n`);
  mkdirSync(join(root, '.env.d'));
  symlinkSync(join(root, '.env'), join(nested, '.env.local'));
  const secrets = secretsOfUser(new Uint8Array(32), {MY_TOKEN: two, OTHER: three, HOME: '/home/someone'});
  expect(valuesOf(secrets, root, nested, join(root, 'missing'))).toEqual([`dotenv ${one}`, `env ${two}`]);
  expect(valuesOf(secrets)).toContain(`env ${two}`);
});

test('.env files of packages below are known where they are asked for', () => {
  const root = folder();
  for (const below of ['packages/api', 'apps/web/server/config', 'node_modules/thing', '.cache', 'a/b/c/d/e']) {
    mkdirSync(join(root, below), {recursive: true});
    writeFileSync(join(root, below, '.env'), `A=${random(below)}\n`);
  }
  expect(valuesOf(secretsOfUser(new Uint8Array(32), {}), root)).toEqual([]);
  const nested = secretsOfUser(new Uint8Array(32), {}, {nested: true});
  const expected = ['packages/api', 'apps/web/server/config'].map(below => `dotenv ${random(below)}`).toSorted();
  expect(valuesOf(nested, root)).toEqual(expected);
  writeFileSync(join(root, 'packages/api/.env'), `A=${two}\n`);
  expect(valuesOf(nested, root)).toEqual([...expected, `dotenv ${two}`].toSorted());
});

test('a folder that can be looked at but not listed has none', () => {
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  expect(secretsOfUser(new Uint8Array(32), {}, {nested: true}).known([file])).toEqual([]);
});

test('a file that changes, appears or goes is noticed; what was a secret stays one', () => {
  const root = folder();
  const secrets = secretsOfUser(new Uint8Array(32), {});
  expect(secrets.known([root])).toEqual([]);
  writeFileSync(join(root, '.env'), `A=${one}\n`);
  utimesSync(root, new Date(), new Date(1_000));
  expect(valuesOf(secrets, root)).toEqual([`dotenv ${one}`]);
  expect(secrets.known([root])).toBe(secrets.known([root]));
  writeFileSync(join(root, '.env'), `A=${two}${two}\n`);
  expect(valuesOf(secrets, root)).toEqual([`dotenv ${one}`, `dotenv ${two}${two}`].toSorted());
  rmSync(join(root, '.env'));
  expect(valuesOf(secrets, root)).toHaveLength(2);
});
