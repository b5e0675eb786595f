import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';

type Entry = {
  version?: string;
  integrity?: string;
  resolved?: string;
  hasInstallScript?: boolean;
  gypfile?: boolean;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
};

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Entry & {allowScripts: Record<string, boolean>};
const {packages} = JSON.parse(read('package-lock.json')) as {packages: Record<string, Entry>};
const installed = Object.entries(packages).filter(([path]) => path !== '');

test('the lockfile names no host: whatever registry is configured serves it', () => {
  expect(installed.filter(([, {resolved}]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  expect(read('.npmrc')).toContain('omit-lockfile-registry-resolved=true');
});

test('every package has a version and a checksum', () => {
  expect(
    installed.filter(([, {version, integrity}]) => version === undefined || !integrity?.startsWith('sha512-')).map(([path]) => path),
  ).toEqual([]);
});

test('the lockfile is of this package.json', () => {
  const {dependencies, devDependencies} = packages[''] ?? {};
  expect({dependencies, devDependencies}).toEqual({dependencies: manifest.dependencies, devDependencies: manifest.devDependencies});
});

// `npm ci` refuses a lockfile that leaves one out, also on a machine of another kind.
test('the builds of a package for other systems are all there', () => {
  const missing = installed.flatMap(([path, {optionalDependencies = {}}]) =>
    Object.keys(optionalDependencies).filter(
      name => packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined,
    ),
  );
  expect(missing).toEqual([]);
});

test('package.json decides about every package with an install script', () => {
  const names = installed.filter(([, {hasInstallScript}]) => hasInstallScript).map(([path]) => path.split('node_modules/').at(-1)!);
  expect(names.filter(name => manifest.allowScripts[name] === undefined)).toEqual([]);
});

// It brings its binaries and says so in its own manifest, but npm does not write that into the lockfile, and `npm ci` then compiles. Newer
// versions of npm are told by `allowScripts`; for the others this line has to be put back after `npm install`.
test('better-sqlite3 is never compiled: its entry in the lockfile says "gypfile": false', () => {
  expect(manifest.allowScripts['better-sqlite3']).toBe(false);
  expect(packages['node_modules/better-sqlite3']?.gypfile).toBe(false);
});
