import {execFile} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {expect, onTestFinished, test} from 'vitest';
import {homeKey} from '../../../src/adapters/secrets/home-key.ts';
import {SecretsRefused} from '../../../src/ports/secrets.ts';

function home(): string {
  const folder = mkdtempSync(join(tmpdir(), 'home-key-'));
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
  return folder;
}

test('it is made once, for its owner only, and nothing else is left behind', () => {
  const at = home();
  const key = homeKey(at);
  expect(key).toHaveLength(32);
  expect(Buffer.from(homeKey(at))).toEqual(Buffer.from(key));
  expect(readdirSync(at)).toEqual(['redaction.key']);
  expect(statSync(join(at, 'redaction.key')).mode & 0o777).toBe(0o600);
  expect(Buffer.from(homeKey(home()))).not.toEqual(Buffer.from(key));
});

test('processes that make it at the same moment all use the same one', async () => {
  const at = home();
  const module = join(import.meta.dirname, '../../../src/adapters/secrets/home-key.ts');
  const program = `const {homeKey} = await import(${JSON.stringify(module)}); process.stdout.write(Buffer.from(homeKey(${JSON.stringify(at)})).toString('hex'))`;
  const runs = await Promise.all(
    Array.from({length: 6}, () =>
      promisify(execFile)(process.execPath, ['--experimental-strip-types', '--no-warnings', '--input-type=module', '-e', program]),
    ),
  );
  const keys = new Set(runs.map(({stdout}) => stdout));
  expect([...keys]).toEqual([readFileSync(join(at, 'redaction.key')).toString('hex')]);
  expect(readdirSync(at)).toEqual(['redaction.key']);
}, 20_000);

test('what a stopped program left beside it is taken away', () => {
  const at = home();
  writeFileSync(join(at, '.redaction-999999999-0123456789ab.tmp'), 'x');
  writeFileSync(join(at, `.redaction-${process.ppid}-0123456789ab.tmp`), 'x');
  homeKey(at);
  expect(readdirSync(at).toSorted()).toEqual([`.redaction-${process.ppid}-0123456789ab.tmp`, 'redaction.key']);
});

test('a short one is refused and stays as it is', () => {
  const at = home();
  for (const bytes of ['', 'short', 'x'.repeat(33)]) {
    writeFileSync(join(at, 'redaction.key'), bytes);
    expect(() => homeKey(at)).toThrow(SecretsRefused);
    expect(readFileSync(join(at, 'redaction.key'), 'utf8')).toBe(bytes);
  }
});

test('where it can be neither read nor made nothing runs', () => {
  expect(() => homeKey(join(home(), 'missing'))).toThrow(/cannot be made.*ENOENT/s);
  const file = join(home(), 'redaction.key');
  writeFileSync(file, '');
  expect(() => homeKey(file)).toThrow(SecretsRefused);
});
