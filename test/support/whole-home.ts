import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {zstdDecompressSync} from 'node:zlib';

/** Every file below a home but git's and the worktrees', as it is and, where it is a blob, decompressed. */
export function filesOf(home: string): readonly {file: string; bytes: Buffer}[] {
  const names = readdirSync(home, {recursive: true, encoding: 'utf8'}).filter(name => !/^(checkpoints|worktrees)(\/|$)/.test(name));
  return names
    .map(name => join(home, name))
    .filter(file => statSync(file).isFile())
    .map(file => ({file, bytes: file.endsWith('.zst') ? zstdDecompressSync(readFileSync(file)) : readFileSync(file)}));
}

/** The files that hold any of these texts. */
export const holding = (home: string, ...texts: readonly string[]): readonly string[] =>
  filesOf(home)
    .filter(({bytes}) => texts.some(text => bytes.includes(text)))
    .map(({file}) => file.slice(home.length + 1));
