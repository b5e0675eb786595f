import {closeSync, fstatSync, openSync, read} from 'node:fs';
import {Socket} from 'node:net';
import {Stop} from '../../agent/stop.ts';

/** Takes bytes that stay as they are until it returns, or until the promise that it returns resolves. */
export type Take = (bytes: Buffer) => Promise<void> | undefined;

/** The bytes of a file, or of stdin where none is named, to their end or until `stop` is aborted. One buffer, however long they are. */
export function openInput(file: string | null): (take: Take, stop: AbortSignal) => Promise<void> {
  const fd = file === null || file === '-' ? 0 : opened(file);
  return async (take, stop) => {
    const kind = fstatSync(fd);
    // A read of a pipe that waits in a thread keeps the program from ending; a socket's waits in the event loop.
    if (kind.isFIFO() || kind.isSocket()) return fromPipe(fd, take, stop);
    if (fd === 0 && isTerminal()) return fromTerminal(take, stop);
    return fromFile(fd, take, stop);
  };
}

/** Asked of the descriptor first: to ask Node's own stream makes it. */
export const isTerminal = (): boolean => fstatSync(0).isCharacterDevice() && process.stdin.isTTY;

/** Before any signal is listened for: a named pipe that nobody writes to holds the program here, and Ctrl+C must end it. */
function opened(file: string): number {
  const fd = refusing(file, () => openSync(file, 'r'));
  if (!fstatSync(fd).isDirectory()) return fd;
  closeSync(fd);
  throw new Stop(2, `${file} is a folder.\nName a file, or pipe the output in: make 2>&1 | agent excerpt`);
}

function refusing<Result>(file: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Stop(2, code === 'ENOENT' ? `There is no file ${file}.\nType: agent excerpt --help` : `${file} cannot be read: ${message}`, {
      cause: error,
    });
  }
}

function fromPipe(fd: number, take: Take, stop: AbortSignal): Promise<void> {
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
    socket.once('error', fail).once('close', () => resolve());
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

async function fromFile(fd: number, take: Take, stop: AbortSignal): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(bufferBytes);
  while (!stop.aborted) {
    const length = await readSome(fd, buffer);
    if (length === 0) return;
    await take(buffer.subarray(0, length));
  }
}

// Not `promisify`: to load node:util for it costs a start more than all of this file.
function readSome(fd: number, buffer: Buffer): Promise<number> {
  return new Promise((resolve, reject) =>
    read(fd, buffer, 0, buffer.length, null, (error, length) => (error ? reject(error) : resolve(length))),
  );
}

const bufferBytes = 1 << 20;
