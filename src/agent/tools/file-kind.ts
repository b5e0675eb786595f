/** What the first bytes of a file say that it is. `null` is text, or nothing that is known to be otherwise. */
export type FileKind = {name: string; size?: {width: number; height: number}};

export function fileKind(head: Uint8Array): FileKind | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const known = MAGIC.find(({at = 0, magic}) => bytes.subarray(at, at + magic.length).equals(magic));
  if (known !== undefined && (known.sure === true || hasNul(bytes))) {
    const size = known.size?.(bytes) ?? null;
    return {name: known.name, ...(size === null ? {} : {size})};
  }
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return hasNul(bytes) && !utf16 ? {name: 'binary file'} : null;
}

type Size = {width: number; height: number};
/** `sure` where no text begins like this; otherwise a NUL must be there, too. */
type Magic = {name: string; magic: Buffer; at?: number; sure?: boolean; size?: (bytes: Buffer) => Size | null};

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

const MAGIC: readonly Magic[] = [
  {
    name: 'PNG image',
    magic: latin('\x89PNG\r\n\x1a\n'),
    sure: true,
    size: bytes => sizeAt(bytes, 24, () => [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]),
  },
  {name: 'JPEG image', magic: latin('\xff\xd8\xff'), sure: true, size: jpegSize},
  {
    name: 'GIF image',
    magic: latin('GIF8'),
    sure: false,
    size: bytes => sizeAt(bytes, 10, () => [bytes.readUInt16LE(6), bytes.readUInt16LE(8)]),
  },
  {name: 'WebP image', magic: latin('WEBP'), at: 8, sure: false, size: webpSize},
  {name: 'BMP image', magic: latin('BM'), size: bytes => sizeAt(bytes, 26, () => [bytes.readInt32LE(18), Math.abs(bytes.readInt32LE(22))])},
  {name: 'TIFF image', magic: latin('II*\0')},
  {name: 'TIFF image', magic: latin('MM\0*')},
  {name: 'icon', magic: latin('\0\0\x01\0')},
  {name: 'PDF document', magic: latin('%PDF-'), sure: true},
  {name: 'ZIP archive', magic: latin('PK\x03\x04'), sure: true},
  {name: 'gzip data', magic: latin('\x1f\x8b'), sure: true},
  {name: 'Zstandard data', magic: latin('\x28\xb5\x2f\xfd'), sure: true},
  {name: 'xz data', magic: latin('\xfd7zXZ\0'), sure: true},
  {name: 'bzip2 data', magic: latin('BZh'), sure: false},
  {name: '7-Zip archive', magic: latin('7z\xbc\xaf\x27\x1c'), sure: true},
  {name: 'tar archive', magic: latin('ustar'), at: 257},
  {name: 'ELF program', magic: latin('\x7fELF'), sure: true},
  {name: 'Mach-O program', magic: latin('\xcf\xfa\xed\xfe'), sure: true},
  {name: 'Windows program', magic: latin('MZ')},
  {name: 'WebAssembly module', magic: latin('\0asm'), sure: true},
  {name: 'Java class or universal program', magic: latin('\xca\xfe\xba\xbe'), sure: true},
  {name: 'SQLite database', magic: latin('SQLite format 3\0'), sure: true},
  {name: 'WOFF font', magic: latin('wOF')},
  {name: 'MP4 or QuickTime video', magic: latin('ftyp'), at: 4},
  {name: 'Ogg audio', magic: latin('OggS')},
  {name: 'MP3 audio', magic: latin('ID3')},
  {name: 'RIFF audio or video', magic: latin('RIFF')},
];

function hasNul(bytes: Buffer): boolean {
  return bytes.subarray(0, 8_192).includes(0);
}

function sizeAt(bytes: Buffer, needed: number, read: () => [width: number, height: number]): Size | null {
  if (bytes.length < needed) return null;
  const [width, height] = read();
  return {width, height};
}

/** The frame header is one of the segments before the picture; each names its own length. */
function jpegSize(bytes: Buffer): Size | null {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return {width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5)};
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

function webpSize(bytes: Buffer): Size | null {
  if (bytes.length < 30) return null;
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8X') return {width: 1 + bytes.readUIntLE(24, 3), height: 1 + bytes.readUIntLE(27, 3)};
  if (kind === 'VP8 ') return {width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff};
  if (kind !== 'VP8L') return null;
  const bits = bytes.readUInt32LE(21);
  return {width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1};
}
