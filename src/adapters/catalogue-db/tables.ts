import type {Statement} from 'better-sqlite3';
import {unpacked, packed} from '../../core/projections/packed-row.ts';
import {rowOf} from '../../core/projections/session-row.ts';
import {wordsOf} from '../../core/text/words.ts';
import type {SessionId, Sha256} from '../../core/vocabulary/ids.ts';
import type {LogPoint} from '../../core/vocabulary/log-point.ts';
import type {Said} from '../../core/vocabulary/session-row.ts';
import type {IndexedSession, LogState} from '../../ports/session-index.ts';
import type {Database} from './database.ts';
import type {LogBase, LogRead} from './log-reading.ts';
import {columnsOf, sessionOf, type StoredRow} from './stored-row.ts';

/** A row as it was stored: `log` is the file that it was made of. Of one that is not `whole` only the root is known. */
export type Kept = {session: IndexedSession; log: LogState; whole: boolean};

/** `whole` is 0 where only the root is known. */
export type RowState = LogState & {root: string | null; whole: number; damaged_line: number | null};

/** `from`: where the reading began, null at the log's beginning. */
export type Storing = {log: LogState; read: LogRead; from: LogPoint | null};

/** The rows and the words of sessions in an open database. */
export class Tables {
  readonly #database: Database;
  readonly #statements = new Map<string, Statement>();

  constructor(database: Database) {
    this.#database = database;
  }

  kept(id: SessionId): Kept | null {
    const row = this.#sql(`SELECT ${columns} FROM session WHERE id = ?`).get(id) as StoredRow | undefined;
    if (row === undefined) return null;
    return {session: sessionOf(row), log: {id, bytes: row.log_bytes, changed: row.log_changed}, whole: row.whole === 1};
  }

  /** What a row was folded to, and how far; null where its log is to be read from its beginning. */
  base(id: SessionId): LogBase | null {
    const found = this.#sql('SELECT seq, hash, "offset", fold FROM session WHERE id = ? AND fold IS NOT NULL').get(id) as Base | undefined;
    return found === undefined ? null : {state: unpacked(found.fold), to: {seq: found.seq, hash: found.hash, offset: found.offset}};
  }

  /** Every row's log as it was, where its session was opened, and whether more than that is known. */
  rows(): readonly RowState[] {
    const listed = this.#sql('SELECT id, log_bytes AS bytes, log_changed AS changed, root, whole, damaged_line FROM session');
    return listed.all() as RowState[];
  }

  /** Whole or not at all. What another has stored meanwhile stays, where this goes on from what was there before. */
  store(storing: Storing): void {
    this.#transaction(() => {
      const {log, read, from} = storing;
      const now = this.#sql('SELECT seq, hash, title FROM session WHERE id = ?').get(log.id) as
        | {seq: number | null; hash: Sha256 | null; title: string}
        | undefined;
      if (from !== null && (now?.seq !== from.seq || now.hash !== from.hash)) return;
      if (from === null) this.#removePieces(log.id);
      this.#addPiece(log.id, [...read.state.said], false);
      const {title} = rowOf(read.state);
      if (from === null || now?.title !== title) this.#replaceTitle(log.id, title);
      const stored = columnsOf({...storing, row: rowOf(read.state), fold: read.to === null ? null : packed(read.state)});
      const names = Object.keys(stored);
      const quoted = names.map(name => `"${name}"`).join(', ');
      this.#sql(`INSERT OR REPLACE INTO session (${quoted}) VALUES (${names.map(name => `@${name}`).join(', ')})`).run(stored);
    });
  }

  forget(ids: readonly SessionId[]): void {
    this.#transaction(() => {
      for (const id of ids) {
        this.#removePieces(id);
        this.#sql('DELETE FROM session WHERE id = ?').run(id);
      }
    });
  }

  /** Whether what was deleted is out of the log of changes too: not while others read there. */
  isWrittenBack(): boolean {
    const [done] = this.#database.pragma('wal_checkpoint(TRUNCATE)') as {busy: number}[];
    return done?.busy === 0;
  }

  /** Sessions in which some word begins so. */
  having(word: string): ReadonlySet<SessionId> {
    const found = this.#sql('SELECT DISTINCT session FROM piece WHERE id IN (SELECT rowid FROM words WHERE words MATCH ?)');
    return new Set(found.pluck().all(`"${word}"*`) as SessionId[]);
  }

  /** All that a session says: its title first, then as it was said. */
  said(id: SessionId): readonly Said[] {
    const pieces = this.#sql('SELECT said FROM piece WHERE session = ? ORDER BY is_title DESC, id').pluck().all(id) as string[];
    return pieces.flatMap(text => JSON.parse(text) as Said[]);
  }

  #replaceTitle(id: SessionId, title: string): void {
    this.#removePieces(id, 'AND is_title');
    if (title !== '') this.#addPiece(id, [{kind: 'title', step: 0, text: title}], true);
  }

  #addPiece(id: SessionId, said: readonly Said[], isTitle: boolean): void {
    if (said.length === 0) return;
    const text = JSON.stringify(said);
    const {lastInsertRowid} = this.#sql('INSERT INTO piece (session, is_title, said) VALUES (?, ?, ?)').run(id, isTitle ? 1 : 0, text);
    this.#sql('INSERT INTO words (rowid, said) VALUES (?, ?)').run(lastInsertRowid, words(said));
  }

  /** The index has no text of its own: it has to be told again what it is to forget. */
  #removePieces(id: SessionId, only = ''): void {
    const pieces = this.#sql(`SELECT id, said FROM piece WHERE session = ? ${only}`).all(id) as {id: number; said: string}[];
    for (const piece of pieces) {
      this.#sql("INSERT INTO words (words, rowid, said) VALUES ('delete', ?, ?)").run(piece.id, words(JSON.parse(piece.said) as Said[]));
      this.#sql('DELETE FROM piece WHERE id = ?').run(piece.id);
    }
  }

  #transaction(act: () => void): void {
    this.#database.transaction(act).immediate();
  }

  #sql(text: string): Statement {
    const known = this.#statements.get(text) ?? this.#database.prepare(text);
    this.#statements.set(text, known);
    return known;
  }
}

type Base = LogPoint & {fold: string};

const columns =
  'id, root, log_bytes, log_changed, whole, repo, title, opened, newest, prompts, steps, model, mode, word, owes, parent, parent_step, first, answer, files, work, damaged_line, damaged_why';

/** Each once: where in a text they stand is found in the text. */
const words = (said: readonly Said[]): string => [...new Set(said.flatMap(({text}) => [...wordsOf(text)].map(({word}) => word)))].join(' ');
