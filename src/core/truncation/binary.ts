import {oddCharacters} from './line-noise.ts';

/** So much of a stream's beginning decides whether it is text. */
export const sniffedBytes = 8_192;

/**
 * What a stream is if it is not text, named for a reader; null for text. Bytes of a known format decide, else the share of characters that
 * text does not have: a list of names separated by NUL is still text, and a few odd bytes are no reason to show nothing.
 */
export function binaryKind(beginning: Buffer): string | null {
  const sniffed = beginning.subarray(0, sniffedBytes);
  const known = formats.find(({magic, at}) => sniffed.subarray(at, at + magic.length).equals(magic));
  if (known) return known.kind;
  const text = sniffed.toString('utf8');
  const odd = oddCharacters(text);
  return odd >= 8 && odd * 10 > text.length * 3 ? 'binary data' : null;
}

const formats = [
  format('PNG image', 0, '89504e470d0a1a0a'),
  format('JPEG image', 0, 'ffd8ff'),
  format('GIF image', 0, '474946383761'),
  format('GIF image', 0, '474946383961'),
  format('WebP image', 8, '57454250565038'),
  format('zip archive', 0, '504b0304'),
  format('gzip data', 0, '1f8b08'),
  format('zstd data', 0, '28b52ffd'),
  format('xz data', 0, 'fd377a585a00'),
  format('ELF program', 0, '7f454c46'),
  format('Mach-O program', 0, 'cffaedfe'),
  format('WebAssembly module', 0, '0061736d01000000'),
  format('Java class', 0, 'cafebabe0000'),
  format('SQLite database', 0, Buffer.from('SQLite format 3\0').toString('hex')),
  format('PDF document', 0, Buffer.from('%PDF-').toString('hex')),
  format('UTF-16 text', 0, 'fffe'),
  format('UTF-16 text', 0, 'feff'),
];

function format(kind: string, at: number, hex: string) {
  return {kind, at, magic: Buffer.from(hex, 'hex')};
}
