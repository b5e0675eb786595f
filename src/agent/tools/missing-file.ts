import {nearestNames} from '../../core/edits/nearest-name.ts';
import type {Failure} from '../../core/vocabulary/block.ts';
import type {Ending, World} from '../tool.ts';
import {failed} from './failed.ts';

/** The failure of a file tool. A missing file comes with the names that it may have been meant to be. */
export async function fileFailed(failure: Failure, path: string, world: World, signal: AbortSignal): Promise<Ending> {
  if (failure.code !== 'not-found') return {kind: 'failed', error: failure};
  const names = await likeNames(path, world, signal);
  return failed('not-found', failure.message, names.length === 0 ? 'Find it with glob.' : `Did you mean ${names.join(' or ')}?`);
}

/** Names like it in its own folder, then the same name elsewhere. */
async function likeNames(path: string, world: World, signal: AbortSignal): Promise<string[]> {
  const cut = path.lastIndexOf('/');
  const [folder, name] = [path.slice(0, Math.max(0, cut)), path.slice(cut + 1)];
  const listed = await world.files.list(folder === '' ? (cut === 0 ? '/' : '.') : folder);
  const beside =
    'failure' in listed
      ? []
      : nearestNames(
          name,
          listed.entries.map(entry => entry.name),
        );
  const prefix = cut === -1 ? '' : path.slice(0, cut + 1);
  if (beside.length > 0) return beside.map(other => prefix + other);
  return await sameNameElsewhere(name, world, signal);
}

async function sameNameElsewhere(name: string, world: World, signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  const pattern = `**/${name.replace(/[\\*?[\]{}()!+@|]/g, '\\$&')}`;
  for await (const hit of world.search.glob({patterns: [pattern], folder: world.cwd}, signal)) {
    if (typeof hit !== 'string') return found;
    found.push(hit);
    if (found.length === 3) break;
  }
  return found;
}
