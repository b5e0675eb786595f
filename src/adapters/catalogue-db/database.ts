import {closeSync, openSync, rmSync} from 'node:fs';
import type Sqlite from 'better-sqlite3';
import {sha256} from '../../core/log/chain.ts';

export type Database = Sqlite.Database;

/** `folds` names those of the program; `told` hears every statement before it runs. */
export type DatabaseOptions = {file: string; folds: () => Promise<string>; told?: ((statement: string) => void) | undefined};

/** Opens the database, as this version of the program makes it: one that other folds made, or with other tables, is replaced. Throws where SQLite or the disk refuses. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const [{default: open}, folds] = await Promise.all([import('better-sqlite3'), options.folds()]);
  const opening = {...options, by: sha256([folds, schema].join('\n'))};
  const database = opened(open, opening);
  if (isBy(database, opening.by)) return database;
  database.close();
  dropDatabase(options.file);
  return opened(open, opening);
}

/** The log of changes goes last: without its database it is nothing, and is not read. */
export function dropDatabase(file: string): void {
  for (const name of [file, `${file}-wal`, `${file}-shm`]) rmSync(name, {force: true, recursive: true});
}

/** Others may hold it for as long as a session takes to be stored. */
const patience = 250;

type Opening = Pick<DatabaseOptions, 'file' | 'told'> & {by: string};

function opened(open: typeof Sqlite, {file, by, told}: Opening): Database {
  // SQLite would make it as the umask says, and its other files like it.
  closeSync(openSync(file, 'a', 0o600));
  const database = new open(file, {timeout: patience, ...(told === undefined ? {} : {verbose: text => told(String(text))})});
  try {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    // What is deleted is overwritten.
    database.pragma('secure_delete = ON');
    if (isNew(database)) database.transaction(() => make(database, by)).immediate();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const isNew = (database: Database): boolean => database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'made'").get() === undefined;

function isBy(database: Database, by: string): boolean {
  const columns = database.pragma('table_info(made)') as {name: string}[];
  if (!columns.some(({name}) => name === 'by')) return false;
  return database.prepare('SELECT "by" FROM made').pluck().get() === by;
}

// Two may find it new at once: the second finds the tables made.
function make(database: Database, by: string): void {
  if (!isNew(database)) return;
  database.exec(schema);
  database.prepare('INSERT INTO made VALUES (?)').run(by);
}

const schema = `
CREATE TABLE made ("by" TEXT NOT NULL);
CREATE TABLE session (
  id TEXT PRIMARY KEY, root TEXT, log_bytes INTEGER NOT NULL, log_changed REAL NOT NULL, whole INTEGER NOT NULL,
  repo TEXT, title TEXT NOT NULL, opened TEXT NOT NULL, newest TEXT NOT NULL, prompts INTEGER NOT NULL, steps INTEGER NOT NULL, model TEXT NOT NULL, mode TEXT NOT NULL,
  word TEXT NOT NULL, owes INTEGER NOT NULL, parent TEXT, parent_step INTEGER, first TEXT NOT NULL, answer TEXT NOT NULL, files TEXT NOT NULL, work TEXT NOT NULL,
  damaged_line INTEGER, damaged_why TEXT, seq INTEGER, hash TEXT, "offset" INTEGER, fold TEXT
);
-- All that is asked of every session at once.
CREATE INDEX session_log ON session (id, log_bytes, log_changed, root, whole, damaged_line);
CREATE TABLE piece (id INTEGER PRIMARY KEY, session TEXT NOT NULL, is_title INTEGER NOT NULL, said TEXT NOT NULL);
CREATE INDEX piece_of_session ON piece (session);
CREATE VIRTUAL TABLE words USING fts5 (said, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
`;
