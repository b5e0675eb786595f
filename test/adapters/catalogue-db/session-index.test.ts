import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import {describe, expect, onTestFinished, test} from 'vitest';
import {temporaryFolder} from '../../support/git-repository.ts';
import {answers, indexOf, logsIn} from '../../support/indexing.ts';
import {appendTo, idOf, logOf, plainSession, writeSession, writeSessions} from '../../support/many-sessions.ts';

const roots = ['/repo/one', '/repo/two'];

function homeWith(count: number): string {
  const home = temporaryFolder('agent-index-');
  onTestFinished(() => rmSync(home, {recursive: true, force: true}));
  writeSessions(home, count, roots);
  return home;
}

const fileOf = (home: string) => join(home, 'catalogue.db');

/** Everything that lies beside the sessions, as one text of bytes. */
const storedIn = (home: string): string =>
  readdirSync(home)
    .filter(name => name.startsWith('catalogue.db'))
    .map(name => readFileSync(join(home, name), 'latin1'))
    .join('');

/** An index whose database cannot be opened reads the logs: what it answers is what the database has to answer. */
async function byLogs(home: string, asked: Parameters<typeof answers>[2]) {
  const elsewhere = temporaryFolder('agent-index-');
  try {
    cpSync(join(home, 'sessions'), join(elsewhere, 'sessions'), {recursive: true, preserveTimestamps: true});
    mkdirSync(fileOf(elsewhere));
    writeFileSync(join(fileOf(elsewhere), 'in the way'), '');
    const index = indexOf(elsewhere);
    const answer = await answers(index, elsewhere, asked);
    expect((await logsIn(home)).length === 0 || index.problem() !== null).toBe(true);
    return JSON.parse(JSON.stringify(answer).replaceAll(elsewhere, home)) as typeof answer;
  } finally {
    rmSync(elsewhere, {recursive: true, force: true});
  }
}

/** As a program that ends then. */
async function once(home: string, asked: Parameters<typeof answers>[2] = {}): Promise<void> {
  const index = indexOf(home);
  await answers(index, home, asked);
  await index.close();
}

const bothAgree = async (home: string, asked: Parameters<typeof answers>[2] = {}, staying: ReturnType<typeof indexOf> | null = null) => {
  const index = staying ?? indexOf(home);
  const answer = await answers(index, home, asked);
  expect(index.problem()).toBeNull();
  if (staying === null) await index.close();
  expect(answer).toEqual(await byLogs(home, asked));
  return answer;
};

describe('the index answers what the logs say', () => {
  type Act = {do: 'append' | 'title' | 'add' | 'remove' | 'tear' | 'damage' | 'touch' | 'rewrite'; number: number};
  const acts: fc.Arbitrary<Act> = fc.record({
    do: fc.constantFrom('append', 'title', 'add', 'remove', 'tear', 'damage', 'touch', 'rewrite'),
    number: fc.nat(7),
  });

  function act(home: string, {do: what, number}: Act): void {
    const id = idOf(number);
    const file = logOf(home, id);
    if (what === 'add') return writeSession(home, id, plainSession({id, root: roots[number % 2]!, prompt: `Begin ${number} anew`}));
    if (!existsSync(file)) return;
    const text = readFileSync(file, 'latin1');
    const isWhole = text.endsWith('"}\n') && !text.includes('#');
    if (what === 'append' && isWhole) appendTo(home, id, {type: 'user.prompted', text: `And now part ${number} of more`});
    if (what === 'title' && isWhole) appendTo(home, id, {type: 'session.titled', title: `Called ${number}`});
    if (what === 'remove') rmSync(join(file, '..'), {recursive: true});
    if (what === 'tear') truncateSync(file, text.length - 5);
    // The same length: only the time tells.
    if (what === 'damage') writeFileSync(file, text.replace('Mend', 'Me#d'), 'latin1');
    if (what === 'touch') utimesSync(file, 1_770_000_000 + number, 1_770_000_000 + number);
    if (what === 'rewrite')
      writeSession(home, id, plainSession({id, root: roots[number % 2]!, prompt: `Another past ${number}`, answer: 'x'.repeat(9_000)}));
  }

  test('after whatever happened to them, in whatever order, with one program that stays and others that come and go', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(acts, {minLength: 1, maxLength: 4}), {minLength: 1, maxLength: 4}), async rounds => {
        const home = temporaryFolder('agent-index-');
        try {
          writeSessions(home, 5, roots);
          const staying = indexOf(home);
          for (const round of rounds) {
            await bothAgree(home, {root: roots[0]!, words: ['part']}, staying);
            for (const one of round) act(home, one);
            await bothAgree(home, {words: ['part', 'of']});
          }
          await bothAgree(home, {root: roots[1]!, words: ['another']}, staying);
        } finally {
          rmSync(home, {recursive: true, force: true});
        }
      }),
      {numRuns: 12},
    );
  });

  test('only what is new is read, and nothing where nothing is', async () => {
    const home = homeWith(4);
    await bothAgree(home);
    // A log whose beginning nobody may read again, and that grows all the same.
    const id = idOf(2);
    const {mtime} = statSync(logOf(home, id));
    const damaged = readFileSync(logOf(home, id), 'latin1').replace('Mend', 'Me#d');
    writeFileSync(logOf(home, id), damaged, 'latin1');
    utimesSync(logOf(home, id), mtime, mtime);
    expect((await answers(indexOf(home), home)).rows.find(row => row.id === id)?.damaged).toBeNull();
    appendTo(home, id, {type: 'user.prompted', text: 'Something new'});
    const {rows, found} = await answers(indexOf(home), home, {words: ['something']});
    expect(rows.find(row => row.id === id)).toMatchObject({damaged: null, row: {prompts: 2, title: 'Mend part 2 of the parser, please'}});
    expect(found.map(({session}) => session.id)).toEqual([id]);
  });

  test('of another place only the first record is read', async () => {
    const home = homeWith(6);
    const index = indexOf(home);
    await answers(index, home, {root: roots[0]!});
    const rows = new Database(fileOf(home), {readonly: true}).prepare('SELECT whole, count(*) AS count FROM session GROUP BY whole').all();
    expect(rows).toEqual([
      {whole: 0, count: 3},
      {whole: 1, count: 3},
    ]);
    await bothAgree(home, {words: ['parser']}, index);
  });
});

describe('the file', () => {
  test('is for its owner only, as are those beside it', async () => {
    const home = homeWith(2);
    const mask = process.umask(0);
    try {
      const index = indexOf(home);
      await answers(index, home);
      for (const name of readdirSync(home).filter(one => one.startsWith('catalogue.db')))
        expect([name, statSync(join(home, name)).mode & 0o777]).toEqual([name, 0o600]);
    } finally {
      process.umask(mask);
    }
  });

  test.each<[string, (home: string) => void]>([
    ['taken away', home => rmSync(fileOf(home))],
    ['empty', home => truncateSync(fileOf(home), 0)],
    ['something else', home => writeFileSync(fileOf(home), 'This is no database.\n'.repeat(100))],
    ['cut short', home => truncateSync(fileOf(home), 5_000)],
    ['full of noise', home => writeFileSync(fileOf(home), readFileSync(fileOf(home)).fill(0x5a, 4_096))],
    ['another database', home => remade(home, 'CREATE TABLE made (x); CREATE TABLE session (y)')],
    ['of other folds', home => changed(home, 'UPDATE made SET "by" = \'others\'')],
    ['without a table', home => changed(home, 'DROP TABLE piece')],
    ['of rows that are no JSON', home => changed(home, "UPDATE session SET files = '['; UPDATE piece SET said = '{'")],
  ])('that is %s is made again', async (_, spoil) => {
    const home = homeWith(4);
    await once(home);
    spoil(home);
    appendTo(home, idOf(1), {type: 'session.titled', title: 'New title'});
    await bothAgree(home, {words: ['part']});
    await bothAgree(home, {words: ['title']});
  });

  function remade(home: string, sql: string): void {
    rmSync(fileOf(home));
    changed(home, sql);
  }

  function changed(home: string, sql: string): void {
    new Database(fileOf(home)).exec(sql).close();
  }

  test('that another process holds is done without, and says why', async () => {
    const home = homeWith(3);
    await once(home);
    const other = new Database(fileOf(home));
    other.exec('BEGIN IMMEDIATE');
    appendTo(home, idOf(1), {type: 'user.prompted', text: 'While it is held'});
    const index = indexOf(home);
    expect(await answers(index, home, {words: ['held']})).toEqual(await byLogs(home, {words: ['held']}));
    expect(index.problem()).toContain('locked');
    other.exec('ROLLBACK');
    other.close();
    await bothAgree(home, {words: ['held']});
  });

  test('that cannot be written is done without', async () => {
    const home = homeWith(2);
    await once(home);
    appendTo(home, idOf(1), {type: 'user.prompted', text: 'Not to be kept'});
    chmodSync(fileOf(home), 0o400);
    chmodSync(home, 0o500);
    try {
      const index = indexOf(home);
      // For a user who may write everywhere it is no obstacle.
      expect(await answers(index, home, {words: ['kept']})).toEqual(await byLogs(home, {words: ['kept']}));
      if (process.getuid?.() !== 0) expect(index.problem()).not.toBeNull();
    } finally {
      chmodSync(home, 0o700);
      chmodSync(fileOf(home), 0o600);
    }
  });

  test('is looked at without being made', async () => {
    const home = homeWith(2);
    expect(await indexOf(home).look()).toEqual({file: fileOf(home), state: 'none'});
    await once(home);
    expect(await indexOf(home).look()).toMatchObject({state: 'ok', sessions: 2});
    writeFileSync(fileOf(home), 'no database');
    expect(await indexOf(home).look()).toMatchObject({state: 'unusable'});
    expect(readFileSync(fileOf(home), 'utf8')).toBe('no database');
  });

  test('is not made where there is no session', async () => {
    const home = homeWith(0);
    await once(home);
    expect(existsSync(fileOf(home))).toBe(false);
  });
});

describe('what is taken away is not in its bytes', () => {
  const secret = 'zebrafinchsecretvalue';
  const withSecret = async (): Promise<{home: string; index: ReturnType<typeof indexOf>}> => {
    const home = homeWith(30);
    writeSession(
      home,
      idOf(5),
      plainSession({id: idOf(5), root: roots[0]!, prompt: `Use ${secret}`, answer: `It is ${secret}. `.repeat(40)}),
    );
    appendTo(home, idOf(5), {type: 'session.titled', title: `About ${secret}`});
    const index = indexOf(home);
    await answers(index, home, {words: [secret]});
    expect(storedIn(home)).toContain(secret);
    return {home, index};
  };

  test('of a session that is forgotten', async () => {
    const {home, index} = await withSecret();
    rmSync(join(logOf(home, idOf(5)), '..'), {recursive: true});
    await index.forget(idOf(5));
    expect(storedIn(home)).not.toContain(secret.slice(0, 8));
    expect((await bothAgree(home, {words: [secret]}, index)).found).toEqual([]);
  });

  test('nor while another process reads it', async () => {
    const {home, index} = await withSecret();
    const other = new Database(fileOf(home));
    other.exec('BEGIN');
    other.prepare('SELECT count(*) FROM session').get();
    await index.forget(idOf(5));
    expect(storedIn(home)).not.toContain(secret.slice(0, 8));
    other.close();
    rmSync(join(logOf(home, idOf(5)), '..'), {recursive: true});
    await bothAgree(home, {words: [secret]});
  });

  test('of a session that went without being forgotten, when it is used next and written back', async () => {
    const {home} = await withSecret();
    rmSync(join(logOf(home, idOf(5)), '..'), {recursive: true});
    const index = indexOf(home);
    await bothAgree(home, {words: [secret]}, index);
    await index.forget(idOf(6));
    expect(storedIn(home)).not.toContain(secret.slice(0, 8));
  });

  test('of all, when it is dropped', async () => {
    const {home, index} = await withSecret();
    await index.drop();
    expect(readdirSync(home)).toEqual(['sessions']);
    await bothAgree(home, {}, index);
  });
});

describe('processes', () => {
  const program = join(import.meta.dirname, '../../support/indexing.ts');
  const run = (home: string, killAt = 0) => promisify(execFile)(process.execPath, [program, home, String(killAt)]);

  test('killed before any of its statements, it leaves an index that the next one goes on with', async () => {
    const home = homeWith(2);
    const all = Number((await run(home)).stdout);
    expect(all).toBeGreaterThan(30);
    const points = Array.from({length: all}, (_, index) => index + 1).filter(point => point % 4 === 0);
    for (const point of points) {
      for (const name of ['', '-wal', '-shm']) rmSync(`${fileOf(home)}${name}`, {force: true});
      await expect(run(home, point)).rejects.toMatchObject({signal: 'SIGKILL'});
      await bothAgree(home, {words: ['part']});
    }
  });

  test('several at once make one index, and none fails', async () => {
    const home = homeWith(40);
    await Promise.all(Array.from({length: 4}, () => run(home)));
    appendTo(home, idOf(3), {type: 'user.prompted', text: 'part of it all'});
    await Promise.all(Array.from({length: 4}, () => run(home)));
    const {found} = await bothAgree(home, {words: ['all']});
    expect(found.map(({session}) => session.id)).toEqual([idOf(3)]);
    expect(found[0]?.said.filter(({text}) => text === 'part of it all')).toHaveLength(1);
  });
});
