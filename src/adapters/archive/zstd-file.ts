import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import {constants, createZstdCompress, createZstdDecompress, type ZstdCompress} from 'node:zlib';
import {ArchiveRefused} from '../../ports/archive.ts';
import {damaged} from './tar-read.ts';

/** The versions of a file stand far from one another in a bundle; plain `zstd -d` reads windows of up to 128 MB. */
export const compressor = (): ZstdCompress =>
  createZstdCompress({
    params: {
      [constants.ZSTD_c_compressionLevel]: 6,
      [constants.ZSTD_c_windowLog]: 25,
      [constants.ZSTD_c_enableLongDistanceMatching]: 1,
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  });

/** What a file holds that is one zstd frame, and nothing more. */
export async function* decompressed(file: string): AsyncGenerator<Uint8Array> {
  const {size} = await opened(file);
  const source = createReadStream(file, {highWaterMark: 1 << 18});
  const zstd = createZstdDecompress({params: {[constants.ZSTD_d_windowLogMax]: 27}});
  source.on('error', error => zstd.destroy(error));
  source.pipe(zstd);
  try {
    for await (const chunk of zstd) yield chunk as Uint8Array;
  } catch (error) {
    throw explained(file, error);
  } finally {
    source.destroy();
    zstd.destroy();
  }
  // The decompressor stops at the end of its frame, and says nothing of what stands behind it.
  if (zstd.bytesWritten !== size) throw damaged('something stands behind its end');
}

async function opened(file: string): Promise<{size: number}> {
  const found = await stat(file).catch((error: unknown) => {
    throw explained(file, error);
  });
  if (!found.isFile()) throw new ArchiveRefused('no-file', `${file} is not a file`);
  return found;
}

function explained(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  if (code === 'ENOENT') return new ArchiveRefused(code, `there is no file ${file}`, {cause: error});
  if ('syscall' in error) return new ArchiveRefused(code, `${file} cannot be read: ${error.message}`, {cause: error});
  if (code === 'Z_BUF_ERROR') return damaged('it ends too early: it was not copied whole', error);
  if (code.startsWith('ZSTD_') || code.startsWith('Z_'))
    return damaged(`it is not compressed as an archive is, or damaged (${error.message})`, error);
  return error;
}
