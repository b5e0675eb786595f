import {ArchiveRefused} from '../../ports/archive.ts';

/** What the disk refuses, in words that a person knows, with the file that it was about; anything else stays as it is. */
export function diskRefused(file: string, error: unknown): unknown {
  if (error instanceof ArchiveRefused || !(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  const code = String(error.code);
  return new ArchiveRefused(code, `${file} cannot be written: ${words[code] ?? `the system says ${code}`}`, {cause: error});
}

const words: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EFBIG: 'a file may not become so large there',
  EIO: 'the disk failed',
  EROFS: 'the disk is read-only',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
};
