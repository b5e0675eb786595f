import {LogRefused} from '../../ports/log.ts';

/** What the disk refuses is told as that, with the file that it was about; anything else that is thrown stays as it is. */
export function orRefused<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? refused(file, error) : error;
  }
}

export function refused(file: string, cause: unknown): LogRefused {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
  const why =
    code === 'ENOSPC'
      ? 'the disk is full'
      : code === 'EROFS'
        ? 'the disk is read-only'
        : code === 'EACCES'
          ? 'permission is denied'
          : (cause as Error).message;
  return new LogRefused(
    code,
    `The session log ${file} cannot be written: ${why}. Nothing was done that is not on the log. Free space or mend the disk, then: agent resume --last`,
    {cause},
  );
}
