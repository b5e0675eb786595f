import type {Failure} from '../../core/vocabulary/block.ts';
import type {FileContent} from '../../ports/files.ts';
import type {World} from '../tool.ts';

/** Why a file may not be overwritten: its content now is not what this session last read or wrote. Null where it is. */
export function unseen(file: Pick<FileContent, 'at' | 'sha256'>, world: World): Failure | null {
  const known = world.seen(file.at.shown);
  if (known === file.sha256) return null;
  const failure = known === null ? notRead(file.at.name) : changedSince(file.at.name);
  return {...failure, retryable: false};
}

function notRead(name: string): Omit<Failure, 'retryable'> {
  return {code: 'not-read', message: `${name} exists and has not been read in this session; nothing was written.`, hint: 'Read it first.'};
}

function changedSince(name: string): Omit<Failure, 'retryable'> {
  return {
    code: 'changed',
    message: `${name} has changed since it was last read; nothing was written.`,
    hint: 'Read it again, then decide.',
  };
}
