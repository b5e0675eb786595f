import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {foundIn} from '../../core/projections/found-text.ts';
import {rowOf} from '../../core/projections/session-row.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {LogPoint} from '../../core/vocabulary/log-point.ts';
import type {Said} from '../../core/vocabulary/session-row.ts';
import type {Catalogue} from '../../ports/catalogue.ts';
import type {FoundSession, IndexedSession, LogState, SessionIndex} from '../../ports/session-index.ts';
import {isElsewhere, readOn, readWhole, type LogBase, type LogRead} from './log-reading.ts';
import {lookAtDatabase} from './look.ts';
import {OpenTables} from './open-tables.ts';
import type {Kept, RowState} from './tables.ts';

export type SessionIndexOptions = {
  home: string;
  /** Names the program's folds: what others made of a log is made again. */
  folds: () => Promise<string>;
  catalogue: () => Promise<Catalogue>;
  /** Hears every statement before it runs. */
  told?: (statement: string) => void;
};

/** The index of one AGENT_HOME, in `catalogue.db`. */
export function sessionIndex(options: SessionIndexOptions): SessionIndex {
  const index = new DatabaseIndex(options);
  return {
    current: (log, root) => index.current(log, root),
    // Whose a damaged log is, it does not say.
    roots: async logs => new Map((await index.fresh(logs, true)).flatMap(row => (row.damaged_line === null ? [[row.id, row.root]] : []))),
    search: (query, logs) => index.search(query, logs),
    forget: id => index.forget(id),
    drop: () => index.tables.drop(),
    close: () => index.tables.close(),
    problem: () => index.tables.problem,
    look: () => lookAtDatabase(index.file),
  };
}

type Query = {words: readonly string[]; root: string | null};

class DatabaseIndex {
  readonly file: string;
  readonly tables: OpenTables;
  readonly #options: SessionIndexOptions;
  readonly #under = new Map<string, Promise<IndexedSession | null>>();

  constructor(options: SessionIndexOptions) {
    this.#options = options;
    this.file = join(options.home, 'catalogue.db');
    this.tables = new OpenTables({file: this.file, folds: options.folds, told: options.told});
  }

  /** Whoever asks for what is just being read waits for that. */
  current(log: LogState, root: string | null): Promise<IndexedSession | null> {
    const key = JSON.stringify([log.id, log.bytes, log.changed, root]);
    const asked = this.#under.get(key) ?? this.#current(log, root).finally(() => this.#under.delete(key));
    this.#under.set(key, asked);
    return asked;
  }

  /** The rows of logs that are as they were. Where `logs` are all that there are, rows of others are taken out. */
  fresh(logs: readonly LogState[], isAll: boolean): Promise<readonly RowState[]> {
    if (logs.length === 0) return Promise.resolve([]);
    const states = new Map(logs.map(log => [log.id, log]));
    return this.tables.use<readonly RowState[]>(open => {
      const rows = open.rows();
      const gone = isAll ? rows.filter(({id}) => !states.has(id)).map(({id}) => id) : [];
      if (gone.length > 0) open.forget(gone);
      return rows.filter(row => isAsItWas(row, states.get(row.id)));
    }, []);
  }

  async *search({words, root}: Query, logs: readonly LogState[]): AsyncGenerator<FoundSession> {
    const known = new Map((await this.fresh(logs, false)).map(row => [row.id, row]));
    const here = logs.filter(({id}) => !isElsewhere(known.get(id)?.root ?? null, root));
    for (const log of here) if (known.get(log.id)?.whole !== 1) await this.current(log, root);
    if (here.length === 0) return;
    const having = await this.tables.use(open => words.map(word => open.having(word)), null);
    for (const log of here) {
      if (having?.some(ids => !ids.has(log.id)) === true) continue;
      const session = await this.current(log, root);
      const found = session === null ? null : await this.#foundIn(session, words);
      if (found !== null) yield found;
    }
  }

  async forget(id: SessionId): Promise<void> {
    if (existsSync(this.file)) await this.tables.forgetForGood(id);
  }

  async #current(log: LogState, root: string | null): Promise<IndexedSession | null> {
    const kept = await this.tables.use(open => open.kept(log.id), null);
    if (kept === null) return this.#readAgain(log, root, null);
    const isElsewhereNow = isElsewhere(kept.session.row.root, root);
    if (isElsewhereNow && (isAsItWas(kept.log, log) || hasGrown(kept, log))) return null;
    return kept.whole && isAsItWas(kept.log, log) ? kept.session : this.#readAgain(log, root, kept);
  }

  async #readAgain(log: LogState, root: string | null, kept: Kept | null): Promise<IndexedSession | null> {
    const base = kept !== null && hasGrown(kept, log) ? await this.tables.use(open => open.base(log.id), null) : null;
    const {read, from} = await this.#read(log, root, base);
    if (read === null) {
      if (kept !== null) await this.tables.use(open => open.forget([log.id]), undefined);
      return null;
    }
    const row = rowOf(read.state);
    await this.tables.use(open => open.store({log, read, from}), undefined);
    return isElsewhere(row.root, root) ? null : {id: log.id, row, damaged: read.damaged};
  }

  async #read(log: LogState, root: string | null, base: LogBase | null): Promise<{read: LogRead | null; from: LogPoint | null}> {
    const reading = await this.#reading(log.id);
    const added = base === null || log.bytes < base.to.offset ? null : await readOn(reading, base);
    if (added !== null) return {read: added, from: base?.to ?? null};
    return {read: await readWhole(reading, root), from: null};
  }

  /** Where the index cannot be used, what the log says. */
  async #foundIn(session: IndexedSession, words: readonly string[]): Promise<FoundSession | null> {
    const kept = await this.tables.use(open => open.said(session.id), null);
    if (kept !== null) return {session, said: kept};
    const read = await readWhole(await this.#reading(session.id), null);
    if (read === null) return null;
    const {title} = rowOf(read.state);
    const said: Said[] = [...(title === '' ? [] : [{kind: 'title' as const, step: 0, text: title}]), ...read.state.said];
    return foundIn(said, words) === null ? null : {session, said};
  }

  async #reading(id: SessionId): Promise<{id: SessionId; file: string; catalogue: Catalogue}> {
    return {id, file: join(this.#options.home, 'sessions', id, 'log.jsonl'), catalogue: await this.#options.catalogue()};
  }
}

const isAsItWas = (kept: LogState, log: LogState | undefined): boolean => kept.bytes === log?.bytes && kept.changed === log.changed;

/** Only then what was read may still be how it begins. A damaged one may have been mended anywhere. */
const hasGrown = ({log: kept, session}: Kept, log: LogState): boolean => log.bytes > kept.bytes && session.damaged === null;
