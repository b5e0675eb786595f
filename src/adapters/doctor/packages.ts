import type {Check} from '../../ports/doctor.ts';
import {reason} from './reason.ts';

const mend = 'npm install -g hippo-agent (it is prebuilt for Linux, macOS and Windows on x64 and arm64)';

/** The database loads, and finds a word in full text. */
export async function databaseCheck(): Promise<Check> {
  const name = 'database';
  try {
    const {default: Database} = await import('better-sqlite3');
    const database = new Database(':memory:');
    try {
      database.exec(
        "create virtual table words using fts5(text, tokenize = 'trigram'); insert into words values ('the hippocampus remembers')",
      );
      const found = database
        .prepare("select count(*) as hits, sqlite_version() as version from words where words match 'hippocampus'")
        .get() as {hits: number; version: string};
      if (found.hits !== 1) return {name, state: 'failed', found: `SQLite ${found.version} has full text search that finds nothing`, mend};
      return {name, state: 'ok', found: `SQLite ${found.version} with full text search`, mend: null};
    } finally {
      database.close();
    }
  } catch (error) {
    return {name, state: 'failed', found: `better-sqlite3 does not load: ${reason(error)}`, mend};
  }
}

/** The tokenizer that figures are shown by. Nothing is decided by it, so the program works without. */
export async function tokensCheck(): Promise<Check> {
  const name = 'tokens';
  try {
    const {get_encoding} = await import('tiktoken');
    const encoding = get_encoding('o200k_base');
    try {
      const count = encoding.encode('Hippocampus: one log is the truth.', [], []).length;
      if (count < 5 || count > 15) return {name, state: 'warning', found: `tiktoken counts ${count} tokens in a short sentence`, mend};
      return {name, state: 'ok', found: `tiktoken o200k_base, ${count} tokens in a short sentence`, mend: null};
    } finally {
      encoding.free();
    }
  } catch (error) {
    return {name, state: 'warning', found: `tiktoken does not load: ${reason(error)}; token figures are estimates`, mend};
  }
}
