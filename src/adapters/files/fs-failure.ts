import type {Failure} from '../../core/vocabulary/block.ts';

/** A failure of the file system as a value, in words that name the path and what to do. Rethrows what is no file system error. */
export function fsFailure(error: unknown, name: string): {failure: Failure} {
  if (!isSystemError(error)) throw error;
  const [code, message, hint] = describe(error, name);
  return failure(code, message, hint);
}

export function failure(code: string, message: string, hint?: string): {failure: Failure} {
  return {failure: {code, message, retryable: false, ...(hint === undefined ? {} : {hint})}};
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException & {code: string} {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

function describe(error: NodeJS.ErrnoException & {code: string}, name: string): [code: string, message: string, hint?: string] {
  switch (error.code) {
    case 'ENOENT':
      return ['not-found', `${name} does not exist.`];
    case 'ENOTDIR':
      return ['not-a-folder', `A part of ${name} is a file, not a folder.`];
    case 'EISDIR':
      return ['is-folder', `${name} is a folder.`];
    case 'ELOOP':
      return ['symlink-loop', `${name} leads through a symlink that points back to itself or was swapped in just now.`];
    case 'ENAMETOOLONG':
      return ['name-too-long', `A part of the path is longer than this file system allows: ${name.slice(0, 80)}…`, 'Use a shorter name.'];
    case 'EACCES':
    case 'EPERM':
      return ['no-permission', `The operating system refused access to ${name} (${error.code}).`];
    case 'EROFS':
      return ['read-only', `${name} is on a read-only file system.`];
    case 'ENOSPC':
    case 'EDQUOT':
      return ['disk-full', `The disk has no room left for ${name}. Nothing was changed.`];
    default:
      return ['io', `${name}: ${error.message}`];
  }
}
