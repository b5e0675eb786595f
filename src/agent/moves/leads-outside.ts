import {placesRead, type NamedPlace} from '../../core/policy/read-places.ts';
import type {ParsedCommand, SimpleCommand} from '../../core/vocabulary/parsed-command.ts';
import type {Files} from '../../ports/files.ts';

/** Whether a word of these reading commands is, or may be, a link to a place outside the session's folders. What cannot be told may be one. */
export async function leadsOutside(readers: readonly SimpleCommand[], line: ParsedCommand, files: Files): Promise<boolean> {
  const {places, from} = placesRead(readers, line);
  if (from === null) return true;
  const look: Look = {files, left: MOST};
  for (const start of from)
    for (const place of places) {
      const path = place.path.startsWith('/') || start === '.' ? place.path : `${start}/${place.path}`;
      if (await (place.glob ? lookAlong(path, look) : leadsOut(path, place, look))) return true;
    }
  return false;
}

/** How many names are still looked at. */
type Look = {files: Files; left: number};
const MOST = 2_000;

/** A word that names nothing is no path: a pattern, an option. */
async function leadsOut(path: string, {file}: Pick<NamedPlace, 'file'>, look: Look): Promise<boolean> {
  if (look.left-- <= 0) return true;
  const found = await look.files.resolve(path);
  return 'failure' in found || (file && found.exists === 'folder');
}

function lookAlong(pattern: string, look: Look): Promise<boolean> {
  const absolute = pattern.startsWith('/');
  return globLeadsOut(
    absolute ? '/' : '.',
    pattern.split('/').filter(part => part !== ''),
    look,
  );
}

/** Looks along a glob, one folder after the other, at what it may match. */
async function globLeadsOut(folder: string, parts: readonly string[], look: Look): Promise<boolean> {
  const at = parts.findIndex(part => GLOB.test(part));
  if (at < 0) return leadsOut(joined(folder, parts), {file: false}, look);
  const inside = joined(folder, parts.slice(0, at));
  const found = await look.files.list(inside);
  if ('failure' in found) return found.failure.code !== 'not-found' && found.failure.code !== 'not-a-folder';
  const rest = parts.slice(at + 1);
  for (const {name, kind} of found.entries) {
    if (look.left-- <= 0) return true;
    if (!mayMatch(parts[at] as string, name)) continue;
    // As a word of its own it would be read as an option.
    if (inside === '.' && name.startsWith('-')) return true;
    const path = joined(inside, [name]);
    if ((kind === 'link' || kind === 'other') && (await leadsOut(path, {file: false}, look))) return true;
    if (rest.length > 0 && kind !== 'file' && (await globLeadsOut(path, rest, look))) return true;
  }
  return false;
}

function joined(folder: string, parts: readonly string[]): string {
  const way = parts.join('/');
  if (way === '') return folder;
  return folder === '.' ? way : folder === '/' ? `/${way}` : `${folder}/${way}`;
}

const GLOB = /[*?[]/;

/** What stands before the first and behind the last sign of a glob decides, in any case; between them may be anything. */
function mayMatch(pattern: string, name: string): boolean {
  const [before, behind] = [/^[^*?[]*/.exec(pattern)?.[0] ?? '', /[^*?\]]*$/.exec(pattern)?.[0] ?? ''];
  const plain = name.toLowerCase();
  return plain.startsWith(before.toLowerCase()) && plain.endsWith(behind.toLowerCase());
}
