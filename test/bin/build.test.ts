import {execFile, spawnSync} from 'node:child_process';
import {mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import stringWidth from 'string-width';
import {afterAll, beforeAll, expect, test} from 'vitest';

const root = join(import.meta.dirname, '../..');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-build-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rm(folder, {recursive: true, force: true}));

const entry = `
declare const AGENT_VERSION: string;
import {renderToString, Text} from 'ink';
import {createElement} from 'react';
import stringWidth from 'string-width';
const late = await import('picomatch');
const widths = ['é…›─', '日本', '👩‍👩‍👧', 'e\\u0301'].map(text => stringWidth(text));
console.log(JSON.stringify({version: AGENT_VERSION, ink: renderToString(createElement(Text, null, 'hi')), widths, late: late.default('*.ts')('a.ts'), env: process.env.NODE_ENV}));
`;

test('the bundle runs, is split, and leaves nothing of the build before', async () => {
  const outdir = join(folder, 'dist');
  await mkdir(outdir);
  await writeFile(join(outdir, 'chunk-OLD.js'), '');
  await writeFile(join(folder, 'main.ts'), entry);
  const build = [join(root, 'bin/build.js'), '--entry', join(folder, 'main.ts'), '--outdir', outdir, '--sizes'];
  const {stdout: sizes} = await promisify(execFile)(process.execPath, build);
  const files = await readdir(outdir);
  expect(files).toContain('main.js');
  expect(files.length).toBeGreaterThan(1);
  expect(files).not.toContain('chunk-OLD.js');
  expect(sizes).toContain('in all');
  const {stdout} = await promisify(execFile)(process.execPath, [join(outdir, 'main.js')]);
  const {version} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {version: string};
  expect(JSON.parse(stdout)).toEqual({version, ink: 'hi', widths: [4, 4, 2, 1], late: true, env: 'production'});
});

test('an error in the sources ends the build with exit code 1', async () => {
  await writeFile(join(folder, 'wrong.ts'), `import './nowhere.ts';`);
  const {status, stderr} = spawnSync(
    process.execPath,
    [join(root, 'bin/build.js'), '--entry', join(folder, 'wrong.ts'), '--outdir', join(folder, 'wrong')],
    {encoding: 'utf8'},
  );
  expect(status).toBe(1);
  expect(stderr).toContain('nowhere.ts');
});

test('every sign that the bundle measures without tables is one column wide', () => {
  const ranges = [
    [0x20, 0x7e],
    [0xa1, 0xac],
    [0xae, 0x2ff],
    [0x2010, 0x2027],
    [0x2030, 0x203a],
    [0x2500, 0x257f],
  ] as const;
  for (const [from, to] of ranges)
    for (let code = from; code <= to; code++) expect([code, stringWidth(String.fromCodePoint(code))]).toEqual([code, 1]);
});
