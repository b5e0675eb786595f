import type {Readable, Writable} from 'node:stream';

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

export type Streams = {stdin: Readable; stdout: Writable; stderr: Writable; env: Environment};

export const processIo = (): Io => ioOver({stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env});

export function ioOver({stdin, stdout, stderr, env}: Streams): Io {
  const tty = {stdin: isTerminal(stdin), stdout: isTerminal(stdout), stderr: isTerminal(stderr)};
  const gone = new AbortController();
  stdout.on('error', (error: NodeJS.ErrnoException) => leave(error, gone));
  // Whoever closed stderr does not want to hear of it either.
  stderr.on('error', (error: NodeJS.ErrnoException) => leave(error, null));
  const put = (stream: Writable, text: string) => void (gone.signal.aborted || stream.write(text.endsWith('\n') ? text : `${text}\n`));
  return {
    stdin,
    stdout,
    stderr,
    tty,
    columns: 'columns' in stdout && typeof stdout.columns === 'number' ? stdout.columns : 80,
    color: {stdout: wantsColor(tty.stdout, env), stderr: wantsColor(tty.stderr, env)},
    print: text => put(stdout, tty.stdout ? forTerminal(text) : text),
    progress: text => put(stderr, forTerminal(text)),
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

function leave(error: NodeJS.ErrnoException, gone: AbortController | null): void {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
  gone?.abort();
}

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
