import type {Readable, Writable} from 'node:stream';
import {forTerminal} from './for-terminal.ts';

/** The terminal, or the pipes, that a command talks to. Results go to stdout, everything else to stderr. */
export type Io = {
  stdin: Readable;
  stdout: Writable;
  stderr: Writable;
  tty: {stdin: boolean; stdout: boolean; stderr: boolean};
  /** Of the terminal; 80 where there is none. */
  columns: number;
  color: {stdout: boolean; stderr: boolean};
  /** A result: one or more lines, the last line end is added. A pipe gets it byte by byte; a terminal obeys nothing in it but our own colours. */
  print: (text: string) => void;
  /** News for a person: the same, on stderr, and as for a terminal wherever it goes. */
  progress: (text: string) => void;
  /** Raw output; resolves when more may come. */
  send: (bytes: Uint8Array | string) => Promise<void>;
  /** Aborted when nobody reads stdout any more, as in `agent sessions | head`. */
  gone: AbortSignal;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** `broken`: what is printed cannot be written, and that was said. */
export type Streams = {stdin: Readable; stdout: Writable; stderr: Writable; env: Environment; broken?: () => void};

export const processIo = (): Io => ioOver({stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env, broken});

// A failed write is told of after the command may have ended well.
const broken = (): void => void process.once('exit', () => (process.exitCode = 1));

export function ioOver({stdin, stdout, stderr, env, broken: onBroken = () => {}}: Streams): Io {
  const tty = {stdin: isTerminal(stdin), stdout: isTerminal(stdout), stderr: isTerminal(stderr)};
  const gone = new AbortController();
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!isClosed(error) && !gone.signal.aborted) {
      stderr.write(ended(forTerminal(`error: The output cannot be written: ${error.message}`)));
      onBroken();
    }
    gone.abort();
  });
  // Whoever closed stderr does not want to hear of it either; where it cannot be written there is nobody to tell.
  stderr.on('error', (error: NodeJS.ErrnoException) => (isClosed(error) ? undefined : onBroken()));
  const put = (stream: Writable, text: string) => void (gone.signal.aborted || stream.write(ended(text)));
  return {
    stdin,
    stdout,
    stderr,
    tty,
    columns: 'columns' in stdout && typeof stdout.columns === 'number' ? stdout.columns : 80,
    color: {stdout: wantsColor(tty.stdout, env), stderr: wantsColor(tty.stderr, env)},
    print: text => put(stdout, tty.stdout ? forTerminal(text) : text),
    progress: text => void stderr.write(ended(forTerminal(text))),
    send: bytes => send(stdout, bytes, gone.signal),
    gone: gone.signal,
  };
}

/** `FORCE_COLOR` decides where it is set, then `NO_COLOR`, then whether a terminal shows it. */
export function wantsColor(terminal: boolean, env: Environment): boolean {
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return terminal && env['TERM'] !== 'dumb';
}

const isTerminal = (stream: object): boolean => 'isTTY' in stream && stream.isTTY === true;

const isClosed = ({code}: NodeJS.ErrnoException): boolean => code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';

const ended = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

function send(stdout: Writable, bytes: Uint8Array | string, gone: AbortSignal): Promise<void> {
  if (gone.aborted || stdout.write(bytes)) return Promise.resolve();
  return new Promise(resolve => {
    const go = () => {
      stdout.off('drain', go);
      gone.removeEventListener('abort', go);
      resolve();
    };
    stdout.once('drain', go);
    gone.addEventListener('abort', go, {once: true});
  });
}
