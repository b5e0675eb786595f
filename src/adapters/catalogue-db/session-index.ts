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
import type {Kept} from './tables.ts';

export type SessionIndexOptions = {
  home: string;
  /** Names the program's folds: what others made of a log is made again. */
  folds: () => Promise<string>;
  catalogue: () => Promise<Catalogue>;
  /** Hears every statement before it runs. */
  told?: (statement: string) => void;
};

/** The index of one AGENT_HOME, in `catalogue.db`. */
export function sessionIndex({home, folds, catalogue, told}: SessionIndexOptions): SessionIndex {
  const file = join(home, 'catalogue.db');
  const tables = new OpenTables({file, folds, told});
  const reading = async (id: SessionId) => ({id, file: join(home, 'sessions', id, 'log.jsonl'), catalogue: await catalogue()});

  const current: SessionIndex['current'] = async (log, root) => {
    const kept = await tables.use(open => open.kept(log.id), null);
    if (kept !== null && isAsItWas(kept.log, log) && (kept.whole || isElsewhere(kept.session.row.root, root)))
      return isElsewhere(kept.session.row.root, root) ? null : kept.session;
    if (kept !== null && hasGrown(kept, log) && isElsewhere(kept.session.row.root, root)) return null;
    return readAgain(log, root, kept);
  };

  const readAgain = async (log: LogState, root: string | null, kept: Kept | null): Promise<IndexedSession | null> => {
    const base = kept !== null && hasGrown(kept, log) ? await tables.use(open => open.base(log.id), null) : null;
    const {read, from} = await readLog(log, {root, base});
    if (read === null) {
      if (kept !== null) await tables.use(open => open.forget([log.id]), undefined);
      return null;
    }
    const row = rowOf(read.state);
    const isHere = !isElsewhere(row.root, root);
    await tables.use(open => open.store({log, read, whole: isHere, from}), undefined);
    return isHere ? {id: log.id, row, damaged: read.damaged} : null;
  };

  const readLog = async (
    log: LogState,
    {root, base}: {root: string | null; base: LogBase | null},
  ): Promise<{read: LogRead | null; from: LogPoint | null}> => {
    const added = base === null || log.bytes < base.to.offset ? null : await readOn(await reading(log.id), base);
    if (added !== null) return {read: added, from: base?.to ?? null};
    return {read: await readWhole(await reading(log.id), root), from: null};
  };

  return {
    current,
    roots: async logs => {
      if (logs.length === 0) return new Map();
      const states = new Map(logs.map(log => [log.id, log]));
      return tables.use(open => {
        const rows = open.roots();
        const gone = rows.filter(({id}) => !states.has(id)).map(({id}) => id);
        if (gone.length > 0) open.forget(gone);
        const same = rows.filter(row => isAsItWas(row, states.get(row.id)));
        return new Map(same.map(({id, root}) => [id, root]));
      }, new Map());
    },
    async *search({words, root}, logs) {
      const sessions = new Map<SessionId, IndexedSession>();
      for (const log of logs) {
        const session = await current(log, root);
        if (session !== null) sessions.set(log.id, session);
      }
      const having = await tables.use(open => words.map(word => open.having(word)), null);
      for (const {id} of logs) {
        const session = sessions.get(id);
        if (session === undefined || having?.some(ids => !ids.has(id)) === true) continue;
        const said = await tables.use(open => open.said(id), null);
        const found = said === null ? await searchLog(session, words) : {session, said};
        if (found !== null) yield found;
      }
    },
    forget: async id => {
      if (existsSync(file)) await tables.forgetForGood(id);
    },
    drop: async () => tables.drop(),
    problem: () => tables.problem,
    look: () => lookAtDatabase(file),
  };

  async function searchLog(session: IndexedSession, words: readonly string[]): Promise<FoundSession | null> {
    const read = await readWhole(await reading(session.id), null);
    if (read === null) return null;
    const {title} = rowOf(read.state);
    const said: Said[] = [...(title === '' ? [] : [{kind: 'title' as const, step: 0, text: title}]), ...read.state.said];
    return foundIn(said, words) === null ? null : {session, said};
  }
}

const isAsItWas = (kept: LogState, log: LogState | undefined): boolean => kept.bytes === log?.bytes && kept.changed === log.changed;

/** Only then what was read may still be how it begins. A damaged one may have been mended anywhere. */
const hasGrown = ({log: kept, session}: Kept, log: LogState): boolean => log.bytes > kept.bytes && session.damaged === null;
