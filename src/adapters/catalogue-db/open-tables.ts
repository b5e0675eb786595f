import type {SessionId} from '../../core/vocabulary/ids.ts';
import {IndexRefused} from '../../ports/session-index.ts';
import {dropDatabase, openDatabase, type Database, type DatabaseOptions} from './database.ts';
import {Tables} from './tables.ts';

/** The tables, opened when they are first used. Where they cannot be, nothing fails: whoever wants to use them gets another answer instead, from then on. */
export class OpenTables {
  problem: string | null = null;
  readonly #options: DatabaseOptions;
  #opening: Promise<Open> | null = null;
  #mended = false;

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  async use<T>(act: (tables: Tables) => T, otherwise: T): Promise<T> {
    while (this.problem === null) {
      const opening = (this.#opening ??= this.#open());
      let open: Open | null = null;
      try {
        open = await opening;
        // Another use may have found it spoiled meanwhile.
        if (opening === this.#opening) return act(open.tables);
      } catch (error) {
        this.#failed({opening, open}, refusal(error));
      }
    }
    return otherwise;
  }

  /** Neither in the tables nor in the log of their changes. Where that cannot be told, all of it goes. */
  async forgetForGood(id: SessionId): Promise<void> {
    const isGone = await this.use(tables => {
      tables.forget([id]);
      return tables.isWrittenBack();
    }, false);
    if (!isGone) await this.drop();
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = null;
    // One that could not be opened has nothing to close.
    const open = await opening?.catch(error => void refusal(error));
    open?.database.close();
  }

  async drop(): Promise<void> {
    await this.close();
    try {
      dropDatabase(this.#options.file);
    } catch (error) {
      throw new IndexRefused(this.#options.file, error);
    }
  }

  async #open(): Promise<Open> {
    const database = await openDatabase(this.#options);
    return {database, tables: new Tables(database)};
  }

  /** What is spoiled is made again from the logs, once. */
  #failed({opening, open}: {opening: Promise<Open>; open: Open | null}, why: Refusal): void {
    if (opening !== this.#opening) return;
    this.#opening = null;
    open?.database.close();
    if (!why.spoiled || this.#mended) {
      this.problem = why.message;
      return;
    }
    this.#mended = true;
    try {
      dropDatabase(this.#options.file);
    } catch (error) {
      this.problem = refusal(error).message;
    }
  }
}

type Open = {database: Database; tables: Tables};

/** What SQLite, the disk or the loading of the package refused; anything else is a mistake of the program, and thrown again. `spoiled`: what lies there cannot be read. */
type Refusal = {message: string; spoiled: boolean};

function refusal(error: unknown): Refusal {
  if (error instanceof SyntaxError) return {message: `it holds what was not written into it: ${error.message}`, spoiled: true};
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error ? String(error.code) : '';
  const isSpoiled = /^SQLITE_(CORRUPT|NOTADB|ERROR|MISMATCH|CONSTRAINT)/.test(code);
  if (code.startsWith('SQLITE_')) return {message: `${error.message} (${code})`, spoiled: isSpoiled};
  if ('syscall' in error || /^(ERR_DLOPEN|ERR_MODULE|MODULE)/.test(code)) return {message: error.message, spoiled: false};
  throw error;
}
