import {cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, dirname, join, relative} from 'node:path';
import {execa, type Options} from 'execa';
import {afterAll, beforeAll, describe, expect, inject, test} from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'agent-package-'));
const [staged, user] = [join(folder, 'staged'), join(folder, 'user')];
afterAll(() => rmSync(folder, {recursive: true, force: true}));

type Packed = {filename: string; size: number; unpackedSize: number; files: readonly {path: string; mode: number}[]};
type Manifest = {dependencies: Record<string, string>; devDependencies: Record<string, string>};
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

/** Nothing of the machine's user, no project's own `node_modules/.bin`, and this Node first. */
const options = {
  cwd: user,
  extendEnv: false,
  env: {
    ...only(/^(npm_config_(registry|cache|cafile)|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|https?_proxy|no_proxy)$/i),
    PATH: [dirname(process.execPath), ...(process.env['PATH'] ?? '').split(delimiter).filter(path => !path.includes('node_modules'))].join(
      delimiter,
    ),
    HOME: join(folder, 'home'),
    AGENT_HOME: join(folder, 'agent-home'),
    npm_config_cache: process.env['npm_config_cache'] ?? join(process.env['HOME'] ?? folder, '.npm'),
    LANG: 'C.UTF-8',
  },
} satisfies Options;

let packed: Packed;
beforeAll(async () => {
  for (const path of [staged, user, options.env.HOME]) mkdirSync(path);
  const left = ['.git', 'node_modules', 'dist', 'coverage'];
  cpSync(root, staged, {recursive: true, filter: path => !left.includes(relative(root, path))});
  cpSync(join(dirname(inject('program')), '../dist'), join(staged, 'dist'), {recursive: true});
  const {stdout} = await execa('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {...options, cwd: staged});
  // Some versions of npm answer a list, others a table by name.
  packed = Object.values(JSON.parse(stdout) as Packed[] | Record<string, Packed>)[0]!;
  writeFileSync(join(user, 'package.json'), '{"private": true}');
  await execa('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, packed.filename)], options);
}, 120_000);

describe('the tarball', () => {
  test('holds the launcher, the bundle, what the demo needs, and nothing else', () => {
    const expected = [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin/agent.js',
      'fixtures/models/demo.json',
      'package.json',
      ...under('dist'),
      ...under('fixtures/repos/demo'),
    ];
    expect(packed.files.map(({path}) => path).toSorted()).toEqual(expected.toSorted());
  });

  test('holds no map, no source and no path of the machine that built it', () => {
    const texts = packed.files.map(({path}) => ({path, text: readFileSync(join(staged, path), 'latin1')}));
    expect(texts.filter(({path, text}) => /\.(map|tsx?)$/.test(path) || text.includes(root)).map(({path}) => path)).toEqual([]);
  });

  test('is small', () => {
    expect(packed.size).toBeLessThan(2_000_000);
    expect(packed.unpackedSize).toBeLessThan(5_000_000);
  });
});

describe('installed in an empty folder', () => {
  const agent = (...args: readonly string[]) => execa(join(user, 'node_modules/.bin/agent'), args, {...options, reject: false});

  test('brings only what the bundle cannot hold', () => {
    const installed = readdirSync(join(user, 'node_modules'), {recursive: true, encoding: 'utf8'})
      .filter(path => /(^|node_modules\/)(@[^/]+\/)?[^@./][^/]*\/package\.json$/.test(path))
      .map(path => path.replace(/\/package\.json$/, ''));
    const development = Object.keys(manifest.devDependencies);
    expect(installed).toEqual(expect.arrayContaining(['hippo-agent', ...Object.keys(manifest.dependencies)]));
    expect(installed.filter(name => development.includes(name))).toEqual([]);
    expect(installed.length).toBeLessThan(15);
  });

  test('agent demo repairs its repository, with no key and no network, in under ten seconds', async () => {
    const {exitCode, stdout, stderr, durationMs} = await agent('demo');
    expect({exitCode, stderr}).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining('npm test in the checkout: 2 passed, 0 failed') as string,
    });
    expect(stdout).toContain('agent audit --last');
    expect(durationMs).toBeLessThan(10_000);
  });

  test('agent doctor finds every package in working order', async () => {
    const {stdout} = await agent('doctor', '--json');
    const {checks} = JSON.parse(stdout) as {checks: readonly {name: string; state: string; found: string}[]};
    const packages = checks.filter(({name}) => ['node', 'git', 'shell', 'ripgrep', 'database', 'tokens'].includes(name));
    expect(packages.map(({name, state}) => `${name} ${state}`)).toEqual([
      'node ok',
      'git ok',
      'shell ok',
      'ripgrep ok',
      'database ok',
      'tokens ok',
    ]);
  });

  test('agent --version is the version of the package', async () => {
    const {version} = JSON.parse(readFileSync(join(staged, 'package.json'), 'utf8')) as {version: string};
    expect(await agent('--version')).toMatchObject({exitCode: 0, stdout: version, stderr: ''});
  });
});

const under = (path: string): readonly string[] =>
  readdirSync(join(staged, path), {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => relative(staged, join(entry.parentPath, entry.name)));

function only(names: RegExp): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (names.test(name) && value !== undefined ? [[name, value]] : [])),
  );
}
