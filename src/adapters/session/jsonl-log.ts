import {closeSync, createReadStream, fdatasync, fstatSync, ftruncateSync, openSync, readSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import {chainStart} from '../../core/log/chain.ts';
import {decode, encode} from '../../core/log/codec.ts';
import {Lineage, startOf} from '../../core/log/lineage.ts';
import {Lines} from '../../core/log/lines.ts';
import type {Recorded, UnknownEvent} from '../../core/vocabulary/event.ts';
import type {Sha256} from '../../core/vocabulary/ids.ts';
import type {LogPoint} from '../../core/vocabulary/log-point.ts';
import {LogDamaged} from '../../ports/catalogue.ts';
import {LogRefused, type Log} from '../../ports/log.ts';
import {endsRecord} from './ends-record.ts';
import {makeFolder} from './make-folder.ts';
import {cannotBegin, orRefused, refused} from './refused.ts';
import {syncFolder} from './sync-folder.ts';
import {setTornTailAside, type Torn} from './torn-tail.ts';

/** `name` seeds the chain; `check` says what is wrong with an event of a known type, and is asked on the way in only. */
export type JsonlOptions = {file: string; name: string; now: () => string; check: () => Promise<(event: {type: string}) => string | null>};

/** Opens the log for writing, making it where there is none. The caller holds its lock. */
export function openJsonlLog<Event extends {type: string}>(options: JsonlOptions): {log: Log<Event>; torn: Torn | null} {
  makeFolder(dirname(options.file));
  const fd = openFile(options.file);
  const torn = orRefused(options.file, () => setTornTailAside(fd, options.file));
  return {log: new JsonlLog<Event>(fd, options), torn};
}

/**
 * Every record up to the last whole line, or those behind a point, each checked against its hash, its predecessor and its type's shape. Throws `LogDamaged` at the first that
 * does not fit.
 */
export async function* readJsonlLog<Event extends {type: string}>(
  {file, name, check}: JsonlOptions,
  behind?: LogPoint,
): AsyncGenerator<Recorded<Event | UnknownEvent>> {
  if (behind !== undefined && !(await endsRecord(file, behind)))
    throw new LogDamaged(file, behind.seq + 1, 'it does not end where it was said to');
  // Checking comes with a large library: where nothing is new it is not loaded.
  let wrong: Awaited<ReturnType<JsonlOptions['check']>> | null = null;
  const lines = new Lines();
  const lineage = new Lineage();
  let after: {seq: number; hash: Sha256} = behind ?? {seq: -1, hash: chainStart(name)};
  for await (const chunk of chunksOf(file, behind?.offset ?? 0, () => after.seq + 2)) {
    wrong ??= await check();
    for (const line of lines.push(chunk)) {
      if (after.seq === -1) after = {seq: -1, hash: startOf(line, name)};
      const decoded = decode(line, after);
      if ('why' in decoded) throw new LogDamaged(file, after.seq + 2, decoded.why);
      const why = wrong(decoded.record.event) ?? lineage.take(decoded.record);
      if (why !== null) throw new LogDamaged(file, after.seq + 2, why);
      after = decoded.record;
      yield decoded.record;
    }
  }
  if (lineage.owner !== null && lineage.owner !== name)
    throw new LogDamaged(file, after.seq + 1, `the log up to here is that of session ${lineage.owner}`);
}

/** Where something else lies in its place, or the disk does not give it, the log is damaged in the line that would come. */
async function* chunksOf(file: string, start: number, line: () => number): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(file, {start, highWaterMark: 1 << 18})) yield chunk as Uint8Array;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && ['EISDIR', 'ENOTDIR', 'ELOOP', 'EIO'].includes(String(error.code)))) throw error;
    throw new LogDamaged(file, line(), `it cannot be read: ${error.message}`);
  }
}

class JsonlLog<Event extends {type: string}> implements Log<Event> {
  readonly #fd: number;
  readonly #options: JsonlOptions;
  readonly #listeners = new Set<(record: Recorded<Event>) => void>();
  #size: number;
  #synced: number;
  #syncing: Promise<void> | null = null;
  #broken: LogRefused | null = null;
  last: {seq: number; hash: Sha256};

  constructor(fd: number, options: JsonlOptions) {
    this.#fd = fd;
    this.#options = options;
    this.#size = fstatSync(fd).size;
    this.#synced = this.#size;
    this.last = lastRecord(fd, this.#size, options);
  }

  get end(): LogPoint {
    return {...this.last, offset: this.#size};
  }

  append(...events: Event[]): readonly Recorded<Event>[] {
    if (this.#broken !== null) throw this.#broken;
    if (events.length === 0) return [];
    const records: Recorded<Event>[] = [];
    let text = '';
    let {seq, hash: prev} = this.last;
    for (const event of events) {
      const open = {v: 1 as const, seq: ++seq, at: this.#options.now(), prev, event};
      const {line, hash} = encode(open);
      records.push({...open, hash});
      text += line;
      prev = hash;
    }
    this.#write(Buffer.from(text));
    this.last = {seq, hash: prev};
    for (const record of records) for (const listener of this.#listeners) listener(record);
    return records;
  }

  async sync(): Promise<void> {
    // What is appended meanwhile is not waited for.
    const wanted = this.#size;
    while (this.#synced < wanted) {
      this.#syncing ??= this.#flush().finally(() => (this.#syncing = null));
      await this.#syncing;
    }
  }

  read(behind?: LogPoint): AsyncIterable<Recorded<Event | UnknownEvent>> {
    return readJsonlLog<Event>(this.#options, behind);
  }

  before(count: number): LogPoint | undefined {
    const offset = startOfLast(this.#fd, this.#size, count);
    if (offset === 0) return undefined;
    return {...lastRecord(this.#fd, offset, this.#options), offset};
  }

  subscribe(listener: (record: Recorded<Event>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    try {
      if (this.#broken === null) await this.sync();
    } finally {
      this.#broken ??= new LogRefused('closed', `${this.#options.file} is closed.`);
      closeSync(this.#fd);
    }
  }

  // One write for all of it. What a full disk took only in part is cut off again, so that the file never holds half a line.
  #write(bytes: Uint8Array): void {
    const before = this.#size;
    try {
      const written = writeSync(this.#fd, bytes);
      if (written !== bytes.length)
        throw Object.assign(new Error(`only ${written} of ${bytes.length} bytes could be written`), {code: 'ENOSPC'});
    } catch (cause) {
      this.#takeBack(before);
      throw refused(this.#options.file, cause);
    }
    this.#size = before + bytes.length;
  }

  #takeBack(size: number): void {
    try {
      ftruncateSync(this.#fd, size);
    } catch (cause) {
      this.#broken = refused(this.#options.file, cause);
    }
  }

  async #flush(): Promise<void> {
    const target = this.#size;
    const error = await new Promise<Error | null>(resolve => fdatasync(this.#fd, resolve));
    // After a failed sync nobody knows which pages are on the disk: nothing more is promised on this log.
    if (error !== null) throw (this.#broken = refused(this.#options.file, error));
    this.#synced = target;
  }
}

function openFile(file: string): number {
  try {
    const fd = openSync(file, 'a+', 0o600);
    // The folder above holds the session folder's own name.
    if (fstatSync(fd).size === 0) for (const folder of [dirname(file), dirname(dirname(file))]) syncFolder(folder);
    return fd;
  } catch (cause) {
    throw cannotBegin(file, cause);
  }
}

function lastRecord(fd: number, size: number, {file, name}: JsonlOptions): {seq: number; hash: Sha256} {
  if (size === 0) return {seq: -1, hash: chainStart(name)};
  const line = lastLine(fd, size);
  const match = /^\{"v":\d+,"seq":(\d+),.*,"hash":"([0-9a-f]{64})"\}$/s.exec(line);
  if (match?.[1] === undefined || match[2] === undefined) throw new LogDamaged(file, linesIn(fd, size), 'its last line is not a record');
  return {seq: Number(match[1]), hash: match[2] as Sha256};
}

/** Where the last `count` lines begin. */
function startOfLast(fd: number, size: number, count: number): number {
  const bytes = Buffer.alloc(1 << 16);
  let lines = 0;
  for (let end = size; end > 0; end -= bytes.length) {
    const start = Math.max(0, end - bytes.length);
    readSync(fd, bytes, 0, end - start, start);
    for (let at = bytes.lastIndexOf(0x0a, end - start - 1); at !== -1; at = at === 0 ? -1 : bytes.lastIndexOf(0x0a, at - 1))
      if (lines++ === count) return start + at + 1;
  }
  return 0;
}

/** A log is whole lines only: what was torn off its end is set aside before. */
function linesIn(fd: number, size: number): number {
  const bytes = Buffer.alloc(1 << 16);
  let lines = 0;
  for (let start = 0; start < size; start += bytes.length) {
    const read = readSync(fd, bytes, 0, Math.min(bytes.length, size - start), start);
    for (let at = bytes.indexOf(0x0a); at !== -1 && at < read; at = bytes.indexOf(0x0a, at + 1)) lines++;
  }
  return lines;
}

function lastLine(fd: number, size: number): string {
  for (let length = 1 << 16; ; length *= 4) {
    const start = Math.max(0, size - length);
    const bytes = Buffer.alloc(size - start);
    readSync(fd, bytes, 0, bytes.length, start);
    const previous = bytes.lastIndexOf(0x0a, bytes.length - 2);
    if (previous !== -1 || start === 0) return bytes.subarray(previous + 1, -1).toString('utf8');
  }
}
