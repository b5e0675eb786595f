import {realpathSync} from 'node:fs';
import {readFile, stat, writeFile} from 'node:fs/promises';
import {basename, dirname, isAbsolute, join, relative} from 'node:path';
import {inside} from './layout.ts';

/** Files in which package managers write absolute paths: editable installs, environments, and the scripts that they put into `bin`. */
export function holdsPaths(file: string): boolean {
  const name = basename(file);
  return scripts.has(basename(dirname(file))) || exact.has(name) || name.startsWith('__editable__') || /\.(pth|egg-link)$/.test(name);
}

const scripts = new Set(['bin', '.bin', 'Scripts', 'binstubs']);
const exact = new Set(['pyvenv.cfg', 'direct_url.json', '.modules.yaml', 'config', '.yarn-state.yml', '.pnp.cjs']);

type Rewriting = {source: string; target: string; from: string; to: string};

/** Writes the file with its paths into the checkout led to the worktree; false where it holds none and can be copied as it is. */
export async function rewritten({source, target, from, to}: Rewriting): Promise<boolean> {
  const {size, mode} = await stat(source);
  // Programs stand in `bin` folders too; no script is that long.
  if (size > 256 * 1024) return false;
  const bytes = await readFile(source);
  if (bytes.includes(0)) return false;
  const text = bytes.toString('latin1');
  const led = leadLines(leadPaths(text, from, to), {source, from, to});
  if (led === text) return false;
  await writeFile(target, Buffer.from(led, 'latin1'), {mode});
  return true;
}

// In latin1 every byte is one character, so that text of any encoding comes through unchanged.
function leadPaths(text: string, from: string, to: string): string {
  const [old, fresh] = [latin(from), latin(to)];
  let out = '';
  let at = 0;
  for (let hit = text.indexOf(old); hit >= 0; hit = text.indexOf(old, at)) {
    const whole = !/[\w.-]/.test(text[hit + old.length] ?? '');
    out += text.slice(at, hit) + (whole ? fresh : old);
    at = hit + old.length;
  }
  return out + text.slice(at);
}

/** A `.pth` or `.egg-link` may name the checkout through another link of the file system, which only looking tells. */
function leadLines(text: string, {source, from, to}: Omit<Rewriting, 'target'>): string {
  if (!/\.(pth|egg-link)$/.test(source)) return text;
  return text
    .split('\n')
    .map(line => {
      const path = Buffer.from(line.trim(), 'latin1').toString();
      const real = isAbsolute(path) ? realOrNull(path) : null;
      return real !== null && inside(from, real) ? latin(join(to, relative(from, real))) : line;
    })
    .join('\n');
}

function realOrNull(path: string): string | null {
  try {
    return realpathSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'ELOOP' || code === 'ENAMETOOLONG') return null;
    throw error;
  }
}

function latin(path: string): string {
  return Buffer.from(path).toString('latin1');
}
