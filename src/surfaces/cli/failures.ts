import {Stop, type ExitCode} from '../../agent/stop.ts';
import {ArchiveRefused} from '../../ports/archive.ts';
import {BlobDamaged, BlobRefused} from '../../ports/blobs.ts';
import {LogDamaged, SessionBusy} from '../../ports/catalogue.ts';
import {LogRefused} from '../../ports/log.ts';
import {IndexRefused} from '../../ports/session-index.ts';
import {WorktreeRefused} from '../../ports/worktree.ts';
import {diskWords, isOfSystem} from './disk-words.ts';
import type {Io} from './io.ts';
import {painter} from './paint.ts';

/** Says on stderr what went wrong, and answers the exit code. The trace is for `--debug` only. */
export function report(error: unknown, {io, debug}: {io: Io; debug: boolean}): ExitCode {
  if (error instanceof Shown) return error.code;
  const {code, message} = explain(error);
  io.progress(`${painter(io.color.stderr)('red', 'error:')} ${message}`);
  if (debug && error instanceof Error) io.progress(trace(error));
  return code;
}

/** The command line ends here, with nothing more to say: help was printed, or the error already was. */
export class Shown extends Error {
  override readonly name = 'Shown';
  readonly code: ExitCode;
  constructor(code: ExitCode) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** Failures from outside in the user's words; anything else is a mistake of the program, and says so. */
export function explain(error: unknown): {code: ExitCode; message: string} {
  if (error instanceof Stop) return {code: error.code, message: error.message};
  if (error instanceof WorktreeRefused)
    return {code: 1, message: [error.message, error.hint].filter(part => part !== undefined).join('\n')};
  if (error instanceof SessionBusy) return {code: 1, message: `${error.message}\nWait until it ends, or close it there.`};
  if (error instanceof LogDamaged) return {code: 1, message: damaged(error)};
  if (error instanceof ArchiveRefused) return {code: 1, message: `${error.message}.`};
  if (error instanceof IndexRefused) return {code: 1, message: error.message};
  if (error instanceof LogRefused) return {code: 1, message: error.message};
  if (error instanceof BlobRefused) {
    const where = error.place ?? 'The store of outputs';
    return {
      code: 1,
      message: `${where} cannot be written: ${error.message}.\nFree space or mend the disk, then go on: agent resume --last`,
    };
  }
  if (error instanceof BlobDamaged) return {code: 1, message: `${error.message}\nLook at what else is wrong: agent doctor`};
  if (isOfSystem(error) && remedies.has(error.code ?? ''))
    return {code: 1, message: `${error.path ?? 'A file'}: ${diskWords(error)}.\n${remedies.get(error.code ?? '')}`};
  if (error instanceof Error && error.name === 'CommandRefused') return {code: 1, message: error.message};
  return {
    code: 1,
    message: `${error instanceof Error ? error.message : String(error)}\nThis was not expected. For the details, type the same with --debug.`,
  };
}

const noRight = 'Give yourself the right to it, then type the same again. What else is wrong: agent doctor';
const full = 'Free space, then type the same again. What could be given back: agent gc --dry-run';
const broken = 'Mend the disk, then type the same again. What else is wrong: agent doctor';

/** What the disk and its rights can do to any command, by the system's own word. */
const remedies: ReadonlyMap<string, string> = new Map([
  ['EACCES', noRight],
  ['EPERM', noRight],
  ['ENOSPC', full],
  ['EDQUOT', full],
  ['EROFS', broken],
  ['EIO', broken],
]);

function damaged(error: LogDamaged): string {
  if (error.ofSession)
    return `A session's log is damaged: ${error.message}\nKeep every record that can be read: ${repairing(error.file)}\nOther sessions are not touched by it: agent sessions`;
  return (
    `The log of what you granted and trust is damaged: ${error.message}\n` +
    `Move it aside: mv ${quoted(error.file)} ${quoted(`${error.file}.damaged`)}\n` +
    'Every session stays; grants for always and trusted configurations are asked about again.'
  );
}

/** The folder that a session's log lies in has its id for a name. */
const repairing = (file: string): string => `agent sessions repair ${/([^\\/]+)[\\/][^\\/]+$/.exec(file)?.[1] ?? 'ID'}`;

/** For a shell. */
const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`);

function trace(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\ncaused by: ${trace(error.cause)}` : own;
}
