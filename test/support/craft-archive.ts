import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {constants, zstdCompressSync, zstdDecompressSync} from 'node:zlib';
import {fillOf, headerOf, blockBytes} from '../../src/adapters/archive/tar-header.ts';
import type {Manifest} from '../../src/agent/portable/manifest.ts';

/** Files in an archive, as this project's own reader never made them: whatever names and contents a test wants. */
export type Part = {name: string; bytes: Buffer; header?: Buffer};

export const tarOf = (parts: readonly Part[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({name, bytes, header}) => [header ?? headerOf(name, bytes.length), bytes, Buffer.alloc(fillOf(bytes.length))]),
    Buffer.alloc(2 * blockBytes),
  ]);

export const packed = (tar: Buffer): Buffer => zstdCompressSync(tar, {params: {[constants.ZSTD_c_checksumFlag]: 1}});

/** The members of a real archive. */
export function partsOf(file: string): readonly Part[] {
  const tar = zstdDecompressSync(readFileSync(file));
  const parts: Part[] = [];
  for (let at = 0; tar[at] !== 0;) {
    const name = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    const size = parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    parts.push({name, bytes: tar.subarray(at + blockBytes, at + blockBytes + size)});
    at += blockBytes + size + fillOf(size);
  }
  return parts;
}

export const manifestIn = (parts: readonly Part[]): Manifest => JSON.parse(parts[0]!.bytes.toString('utf8')) as Manifest;

/** Writes parts as an archive whose manifest says what they are, or what `change` makes of it. */
export function writeParts(file: string, parts: readonly Part[], change: (manifest: Manifest) => object = manifest => manifest): void {
  const [, ...rest] = parts;
  const members = rest.map(({name, bytes}) => ({name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex')}));
  const manifest = change({...manifestIn(parts), members: members as unknown as Manifest['members']});
  writeFileSync(file, packed(tarOf([{name: 'manifest.json', bytes: Buffer.from(JSON.stringify(manifest))}, ...rest])));
}
