import {closeSync, fstatSync, openSync, read} from 'node:fs';
import {Socket} from 'node:net';
import {Stop} from '../../agent/stop.ts';
import {diskWords, isOfSystem} from './disk-words.ts';

/** Takes bytes that stay as they are until it returns, or until the promise that it returns resolves. */
export type Take = (bytes: Buffer) => Promise<void> | undefined;

export type Input = {
  fd: number;
  /** To the end, or until `stop` is aborted. One buffer, however long it is. Throws `Unreadable` where the system gives no more. */
  read: (take: Take, stop: AbortSignal) => Promise<void>;
};

/** The bytes of a file, or of stdin where none is named. */
export function openInput(file: string | null): Input {
  const name = file === null || file === '-' ? null : file;
  const fd = name === null ? stdin() : opened(name);
  return {
    fd,
    async read(take, stop) {
      const kind = fstatSync(fd);
      const from = {fd, name: name ?? 'Standard input'};
      // A read of a pipe that waits in a thread keeps the program from ending; a socket's waits in the event loop.
      if (kind.isFIFO() || kind.isSocket()) return fromPipe(from, take, stop);
      if (fd === 0 && isTerminal()) return fromTerminal(take, stop);
      return fromFile(from, take, stop);
    },
  };
}

/** What came until then is all that there is. */
export class Unreadable extends Stop {
  constructor(name: string, cause: unknown) {
    super(1, `${name} cannot be read to its end: ${diskWords(cause)}.\n${instead}`, {cause});
  }
}

type From = {fd: number; name: string};

/** Asked of the descriptor first: to ask Node's own stream makes it. */
export const isTerminal = (): boolean => fstatSync(0).isCharacterDevice() && process.stdin.isTTY;

/** Before any signal is listened for: a named pipe that nobody writes to holds the program here, and Ctrl+C must end it. */
function opened(file: string): number {
  const fd = refusing(file, () => openSync(file, 'r'));
  if (!fstatSync(fd).isDirectory()) return fd;
  closeSync(fd);
  throw new Stop(2, `${file} is a folder.\n${instead}`);
}

function stdin(): number {
  if (fstatSync(0).isDirectory()) throw new Stop(2, `Standard input is a folder.\n${instead}`);
  return 0;
}

const instead = 'Name a file, or pipe the output in: make 2>&1 | agent excerpt';

function refusing<Result>(file: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!isOfSystem(error)) throw error;
    const why = error.code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read: ${diskWords(error)}.`;
    throw new Stop(2, `${why}\n${instead}`, {cause: error});
  }
}

function fromPipe({fd, name}: From, take: Take, stop: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onread = {
      buffer: Buffer.allocUnsafeSlow(bufferBytes),
      callback(length: number, buffer: Uint8Array): boolean {
        const wait = guarded(() => take((buffer as Buffer).subarray(0, length)));
        wait?.then(() => void socket.resume(), fail);
        return wait === undefined;
      },
    };
    const socket = new Socket({fd, readable: true, writable: false, onread});
    const fail = (error: unknown) => {
      reject(error instanceof Error ? error : new Error(String(error)));
      socket.destroy();
    };
    const guarded = (act: () => Promise<void> | undefined): Promise<void> | undefined => {
      try {
        return act();
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const halt = () => void socket.destroy();
    socket.once('error', error => fail(new Unreadable(name, error))).once('close', () => resolve());
    if (stop.aborted) halt();
    else stop.addEventListener('abort', halt, {once: true});
  });
}

async function fromTerminal(take: Take, stop: AbortSignal): Promise<void> {
  const {stdin} = process;
  const halt = () => void stdin.destroy();
  stop.addEventListener('abort', halt, {once: true});
  try {
    for await (const bytes of stdin) await take(Buffer.from(bytes as Buffer));
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}

async function fromFile({fd, name}: From, take: Take, stop: AbortSignal): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(bufferBytes);
  while (!stop.aborted) {
    const length = await readSome({fd, name}, buffer);
    if (length === 0) return;
    await take(buffer.subarray(0, length));
  }
}

// Not `promisify`: to load node:util for it costs a start more than all of this file.
function readSome({fd, name}: From, buffer: Buffer): Promise<number> {
  return new Promise((resolve, reject) =>
    read(fd, buffer, 0, buffer.length, null, (error, length) => (error ? reject(new Unreadable(name, error)) : resolve(length))),
  );
}

const bufferBytes = 1 << 20;
