/** A tar is blocks of this size: one for the name and size of each file, then its content, filled up with zeros. */
export const blockBytes = 512;

/** What stands before a file's content. The time, the owner and the permissions are the same for all, so that the same files give the same bytes. */
export function headerOf(name: string, bytes: number): Buffer {
  if (bytes <= mostInOctal) return block({name, bytes, type: '0'});
  const record = paxRecord('size', String(bytes));
  return Buffer.concat([block({name: paxName, bytes: record.length, type: 'x'}), padded(record), block({name, bytes: 0, type: '0'})]);
}

/** How many zeros fill up the last block of so many bytes. */
export const fillOf = (bytes: number): number => (blockBytes - (bytes % blockBytes)) % blockBytes;

/** One header block as it was read. `type` is `0` for a file, `x` for a record that says more of the next one. */
export type Header = {name: string; bytes: number; type: '0' | 'x'};

/** The header that a block is, or why it is none that belongs in an archive of a session. */
export function parseHeader(bytes: Buffer): Header | {why: string} {
  if (bytes.toString('latin1', 257, 263) !== 'ustar\0') return {why: 'it is not a tar of the POSIX form'};
  const stated = octal(bytes, 148, 8);
  if (stated === null || stated !== checksum(bytes)) return {why: 'a header does not match its checksum'};
  const prefix = text(bytes, 345, 155);
  const name = prefix === '' ? text(bytes, 0, 100) : `${prefix}/${text(bytes, 0, 100)}`;
  const type = String.fromCharCode(bytes[156] ?? 0);
  if (type !== '0' && type !== '\0' && type !== 'x')
    return {why: `${JSON.stringify(name)} is ${kinds[type] ?? 'something else than a file'}`};
  const size = octal(bytes, 124, 12);
  if (size === null) return {why: `the size of ${JSON.stringify(name)} cannot be read`};
  return {name, bytes: size, type: type === 'x' ? 'x' : '0'};
}

/** The size that a record before a file says; the header holds none over 8 GB. */
export function paxSize(record: Buffer): number | {why: string} {
  const said = /^(\d+) size=(\d{1,16})\n$/.exec(record.toString('latin1'));
  if (said === null || Number(said[1]) !== record.length) return {why: 'a record before a file says something else than its size'};
  return Number(said[2]);
}

const mostInOctal = 0o77777777777;
const paxName = 'PaxHeaders/size';

const kinds: Readonly<Record<string, string>> = {
  '1': 'a link',
  '2': 'a symbolic link',
  '3': 'a device',
  '4': 'a device',
  '5': 'a folder',
  '6': 'a pipe',
  g: 'a record for all files',
};

function block({name, bytes, type}: Header): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is too long for a name in an archive`);
  const header = Buffer.alloc(blockBytes);
  header.write(name, 0);
  for (const [at, value, width] of [
    [100, 0o600, 8],
    [108, 0, 8],
    [116, 0, 8],
    [124, bytes, 12],
    [136, 0, 12],
  ] as const)
    header.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1');
  header.write(`        ${type}`, 148, 'latin1');
  header.write('ustar\0', 257, 'latin1');
  header.write('00', 263, 'latin1');
  header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** Of all bytes, with spaces in place of the checksum itself. */
function checksum(header: Buffer): number {
  let sum = 0;
  for (const [at, byte] of header.entries()) sum += at >= 148 && at < 156 ? 0x20 : byte;
  return sum;
}

function octal(bytes: Buffer, at: number, length: number): number | null {
  const digits = /^ *([0-7]{1,11})[ \0]*$/.exec(bytes.toString('latin1', at, at + length));
  return digits === null ? null : parseInt(digits[1] ?? '', 8);
}

function text(bytes: Buffer, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}

/** Begins with its own length, those digits included. */
function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (`${length}${rest}`.length !== length) length++;
  return Buffer.from(`${length}${rest}`);
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(fillOf(bytes.length))]);
