import {chmod, mkdir, readdir, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {applyPatch} from '../../../src/agent/tools/apply-patch.ts';
import {read} from '../../../src/agent/tools/read.ts';
import type {Files} from '../../../src/ports/files.ts';
import {testWorld, type Called, type TestWorld} from '../../support/world.ts';

const said = ({ending, out}: Called): string =>
  ending.kind === 'failed' ? `${ending.error.code}: ${ending.error.message} ${ending.error.hint ?? ''}`.trim() : out;
const patch = (...lines: string[]): {patch: string} => ({patch: ['*** Begin Patch', ...lines, '*** End Patch'].join('\n')});

const FILES = {'a.ts': 'one\ntwo\nthree\n', 'b.ts': 'x\n', 'old.ts': 'bye\n', 'move.ts': 'stay\nchange\n'};

async function allRead(files: Readonly<Record<string, string | Uint8Array>> = FILES): Promise<TestWorld> {
  const made = await testWorld(files);
  for (const path of Object.keys(files)) await made.call(read, {path});
  return made;
}

async function contents({root, text}: TestWorld): Promise<Record<string, string>> {
  const names = (await readdir(root, {recursive: true, withFileTypes: true}))
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1));
  return Object.fromEntries(await Promise.all(names.toSorted().map(async name => [name, await text(name)] as const)));
}

const WHOLE = patch(
  '*** Add File: new/c.ts',
  '+hello',
  '+',
  '*** Update File: a.ts',
  '@@',
  ' one',
  '-two',
  '+2',
  ' three',
  '+four',
  '*** Delete File: old.ts',
  '*** Update File: move.ts',
  '*** Move to: moved/to.ts',
  ' stay',
  '-change',
  '+changed',
);

test('adds, updates, deletes and moves in one patch', async () => {
  const made = await allRead();
  await chmod(join(made.root, 'move.ts'), 0o755);
  const called = await made.call(applyPatch, WHOLE);
  expect(said(called)).toBe('A new/c.ts (+2 −0)\nM a.ts (+2 −1)\nD old.ts (+0 −1)\nR move.ts → moved/to.ts (+1 −1)\n');
  expect(await contents(made)).toEqual({
    'a.ts': 'one\n2\nthree\nfour\n',
    'b.ts': 'x\n',
    'moved/to.ts': 'stay\nchanged\n',
    'new/c.ts': 'hello\n\n',
  });
  expect((await stat(join(made.root, 'moved/to.ts'))).mode & 0o777).toBe(0o755);
  expect(called.touched.map(({path, sha256}) => [path, sha256 !== null])).toEqual([
    ['new/c.ts', true],
    ['a.ts', true],
    ['old.ts', false],
    ['moved/to.ts', true],
    ['move.ts', false],
  ]);
});

const refusals: [what: string, lines: string[], expected: RegExp][] = [
  [
    'a chunk that is not there',
    ['*** Update File: b.ts', '-x', '+y', '*** Update File: a.ts', '-nothing like it', '+z'],
    /^bad-patch: Line 6 of the patch: this chunk of a\.ts cannot be placed: its context and "-" lines are not in the file\. Mend this chunk\. Nothing was changed\.$/,
  ],
  [
    'a nearest place',
    ['*** Update File: a.ts', '-twoo', '+z'],
    /The nearest is lines 2–2 \(- the patch, \+ the file\):\n- twoo\n\+ two Mend/,
  ],
  [
    'adding what exists',
    ['*** Update File: b.ts', '-x', '+y', '*** Add File: a.ts', '+q'],
    /^bad-patch: Line 5 of the patch: a\.ts already exists\. Use "\*\*\* Update File:"/,
  ],
  [
    'deleting what is missing',
    ['*** Update File: b.ts', '-x', '+y', '*** Delete File: a.tz'],
    /^bad-patch: Line 5 of the patch: a\.tz does not exist\. Did you mean a\.ts\?$/,
  ],
  ['moving onto a file', ['*** Update File: a.ts', '*** Move to: b.ts', '-two', '+2'], /where a\.ts shall move, already exists/],
  ['a path outside', ['*** Update File: b.ts', '-x', '+y', '*** Add File: ../out.ts', '+q'], /outside the working tree/],
  ['moving outside', ['*** Update File: a.ts', '*** Move to: ../b.ts', '-two', '+2'], /outside the working tree/],
  ['into .git', ['*** Update File: b.ts', '-x', '+y', '*** Add File: .git/hooks/x', '+q'], /^git-folder: .*nothing is changed\./],
  ['a change of nothing', ['*** Update File: a.ts', '-two', '+two'], /already reads like this/],
  ['one file by two names', ['*** Update File: a.ts', '-two', '+2', '*** Update File: ./a.ts', '-one', '+1'], /a\.ts is named twice/],
  [
    'a wrong line',
    ['*** Update File: a.ts', '-two', '+2', 'what'],
    /^bad-patch: Line 5 of the patch: a line of a chunk begins with .* Mend the patch; nothing was changed\.$/,
  ],
];

test.each(refusals)('%s changes nothing at all', async (_what, lines, expected) => {
  const made = await allRead();
  const called = await made.call(applyPatch, patch(...lines));
  expect(said(called)).toMatch(expected);
  expect([await contents(made), called.touched]).toEqual([FILES, []]);
});

test('a file that was not read takes only exact and unique chunks', async () => {
  const made = await testWorld({...FILES, 'twice.ts': 'x\nx\n'});
  expect(said(await made.call(applyPatch, patch('*** Update File: a.ts', ' one', '-two', '+2')))).toBe('M a.ts (+1 −1)\n');
  expect(said(await made.call(applyPatch, patch('*** Update File: move.ts', ' stay ', '-change', '+2')))).toMatch(
    /cannot be placed.*Read move\.ts first/s,
  );
  expect(said(await made.call(applyPatch, patch('*** Update File: twice.ts', '-x', '+2')))).toMatch(/2 places/);
  expect(said(await made.call(applyPatch, patch('*** Delete File: old.ts')))).toMatch(/has not been read/);
});

test('a file that changed since it was read is refused', async () => {
  const made = await allRead();
  await writeFile(join(made.root, 'a.ts'), 'one\ntwo\nthree\nmine\n');
  for (const lines of [['*** Update File: a.ts', '-two', '+2'], ['*** Delete File: a.ts']]) {
    expect(said(await made.call(applyPatch, patch(...lines)))).toMatch(/a\.ts has changed since it was last read/);
  }
});

test('what the ladder forgave is told', async () => {
  const made = await allRead({'a.ts': '  if (x) {\r\n    y;\r\n  }\r\n'});
  expect(said(await made.call(applyPatch, patch('*** Update File: a.ts', ' if (x) {', '-  y;', '+  z;', ' }')))).toBe(
    'M a.ts (+1 −1)\n  line 1 matched only when indentation was ignored (2 spaces added)\n',
  );
  expect(await made.text('a.ts')).toBe('  if (x) {\r\n    z;\r\n  }\r\n');
});

/** The files of a world whose k-th write or removal fails, as on a disk that is full. */
function failing(files: Files, k: number): Files {
  let count = 0;
  const full = {failure: {code: 'disk-full', message: 'The disk has no room left.', retryable: false}};
  return {
    ...files,
    write: async (...args) => (++count === k ? full : await files.write(...args)),
    remove: async (...args) => (++count === k ? full : await files.remove(...args)),
  };
}

test('wherever a write fails, what was written before it is put back', async () => {
  for (let k = 1; k <= 5; k++) {
    const made = await allRead();
    made.world.files = failing(made.world.files, k);
    const called = await made.call(applyPatch, WHOLE);
    expect(said(called)).toMatch(/^disk-full: .* What had been written before it was put back: nothing is changed\.$/);
    expect([await contents(made), called.touched]).toEqual([FILES, []]);
  }
});

test('what cannot be put back is named and counts as written', async () => {
  const made = await allRead();
  const {files} = made.world;
  let writes = 0;
  const full = {failure: {code: 'disk-full', message: 'Full.', retryable: false}};
  made.world.files = {...files, write: async (...args) => (++writes > 2 ? full : await files.write(...args)), remove: async () => full};
  const called = await made.call(applyPatch, WHOLE);
  expect(said(called)).toMatch(/could not be put back: a\.ts, new\/c\.ts\.$/);
  expect(called.touched.map(({path}) => path)).toEqual(['a.ts', 'new/c.ts']);
});

test('rules see every path of the patch', () => {
  expect(applyPatch.subjects(WHOLE).map(({text}) => text)).toEqual(['new/c.ts', 'a.ts', 'old.ts', 'move.ts', 'moved/to.ts']);
});

test('an empty folder on the way is no obstacle', async () => {
  const made = await allRead();
  await mkdir(join(made.root, 'new'));
  expect((await made.call(applyPatch, WHOLE)).ending.kind).toBe('done');
});
