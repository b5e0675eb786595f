import {LogRefused} from '../../ports/log.ts';

/** What the disk refuses is told as that, with the file that it was about; anything else that is thrown stays as it is. */
export function orRefused<T>(file: string, act: () => T, as = refused): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? as(file, error) : error;
  }
}

/** Before anything of the session is done: there is nothing to resume, but a place to mend. */
export function cannotBegin(path: string, cause: unknown): LogRefused {
  const {code, why} = reasonOf(cause);
  return new LogRefused(
    code,
    `${path} cannot be written: ${why}. Sessions are kept there: mend it, or set AGENT_HOME to another folder. See: agent doctor`,
    {cause},
  );
}

export function refused(file: string, cause: unknown): LogRefused {
  const {code, why} = reasonOf(cause);
  return new LogRefused(
    code,
    `The session log ${file} cannot be written: ${why}. Nothing was done that is not on the log. Free space or mend the disk, then: agent resume --last`,
    {cause},
  );
}

/** Why a disk took nothing, in words that are the same each time. */
export function reasonOf(cause: unknown): {code: string; why: string} {
  const {code = 'unknown', message} = cause as NodeJS.ErrnoException;
  const known: Readonly<Record<string, string>> = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk is full',
    EFBIG: 'a file may not become so large there',
    EIO: 'the disk failed',
    EROFS: 'the disk is read-only',
    EACCES: 'permission is denied',
    EPERM: 'permission is denied',
    ENOENT: 'nothing can be made there',
  };
  // What the system says names a file that is another one each time.
  if (code === 'ENOTDIR' && cause instanceof Error && 'syscall' in cause) return {code, why: 'a part of the path is a file, not a folder'};
  return {code, why: known[code] ?? (cause instanceof Error && 'syscall' in cause ? `the system says ${code}` : message)};
}
