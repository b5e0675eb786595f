/**
 * Whether a path (relative, with `/`) is wanted: by any glob without `!` (all, where there is none) and by no glob with it. A glob without
 * `/` matches at any depth. ripgrep's own `--glob` would bring back what git ignores, so it is not used.
 */
export async function globFilter(globs: readonly string[]): Promise<(path: string) => boolean> {
  if (globs.length === 0) return () => true;
  const {default: picomatch} = await import('picomatch');
  const matcher = (glob: string): ((path: string) => boolean) => {
    const plain = glob.replace(/^\.?\//, '').replace(/\/$/, '/**');
    return picomatch(plain, {dot: true, nonegate: true, basename: !plain.includes('/'), strictSlashes: true});
  };
  const wanted = globs.filter(glob => !glob.startsWith('!')).map(matcher);
  const unwanted = globs.filter(glob => glob.startsWith('!')).map(glob => matcher(glob.slice(1)));
  return path => (wanted.length === 0 || wanted.some(is => is(path))) && !unwanted.some(is => is(path));
}

/** Globs on the file's name that every wanted file fulfils, in the part of the syntax that ripgrep shares; none where that cannot be told. */
export function namePrefilter(globs: readonly string[]): readonly string[] {
  const names = globs.filter(glob => !glob.startsWith('!')).map(glob => glob.slice(glob.lastIndexOf('/') + 1));
  return names.every(name => /^[\w.*?-]*[\w.?-][\w.*?-]*$/.test(name) && !name.includes('**')) ? names : [];
}
