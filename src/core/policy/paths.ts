/** A path without `.`, `..` and doubled slashes, as rules see it. What climbs out keeps its leading `..`; an address with `://` stays as it is. */
export function clean(path: string): string {
  if (path.includes('://')) return path;
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else kept.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + kept.join('/');
}

/** The path, and for an absolute one what follows each of its slashes: `/a/b` is also `a/b` and `b`. */
export function everySuffix(path: string): readonly string[] {
  if (!path.startsWith('/')) return [path];
  const parts = path.slice(1).split('/');
  return [path, ...parts.map((_, at) => parts.slice(at).join('/'))];
}
