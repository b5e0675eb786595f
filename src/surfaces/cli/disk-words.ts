/** Why the system refused a path, in words, to stand after a colon. Its own code stands there only where it has no words of ours. */
export function diskWords(error: unknown): string {
  const {code, message} = error as NodeJS.ErrnoException;
  return WORDS[code ?? ''] ?? (code === undefined ? String(message) : `the system says ${code}`);
}

/** Whether it is a refusal of the system, and no mistake of the program. */
export const isOfSystem = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error;

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EFBIG: 'a file may not become so large here',
  EIO: 'the system cannot read it',
  EINVAL: 'the system cannot read it',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENXIO: 'nobody reads there',
  EPIPE: 'nobody reads there',
  EBUSY: 'another program has it',
};
