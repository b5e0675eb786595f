import type {Entry} from '../../ports/files.ts';
import type {Ending, Running, World} from '../tool.ts';

/** What a folder holds, one level deep; folders end in a slash. */
export async function listFolder(path: string, world: World, call: Running): Promise<Ending> {
  const listed = await world.files.list(path);
  if ('failure' in listed) return {kind: 'failed', error: listed.failure};
  const {at, entries} = listed;
  const shown = entries.slice(0, MOST);
  const rest = entries.length - shown.length;
  const count = `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}`;
  const more = rest === 0 ? '' : `[${rest} more: use glob]\n`;
  await call.out(
    `${at.name}/ is a folder, ${entries.length === 0 ? 'empty' : count}\n${shown.map(entry => `${entry.name}${MARK[entry.kind]}\n`).join('')}${more}`,
  );
  return {kind: 'done'};
}

const MOST = 500;
const MARK: Readonly<Record<Entry['kind'], string>> = {file: '', folder: '/', link: '@', other: '?'};
