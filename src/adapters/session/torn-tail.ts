import {fstatSync, ftruncateSync, readSync, writeFileSync} from 'node:fs';

/** What stood behind the last 0x0A of a log, and the file that it was moved to. */
export type Torn = {bytes: number; file: string};

/** A line without its final 0x0A was being written when the program or the machine died. Only the holder of the log's lock calls this. */
export function setTornTailAside(fd: number, file: string): Torn | null {
  const {size} = fstatSync(fd);
  const end = endOfLastLine(fd, size);
  if (end === size) return null;
  const tail = Buffer.alloc(size - end);
  readSync(fd, tail, 0, tail.length, end);
  const aside = `${file}.torn-${end}`;
  writeFileSync(aside, tail, {mode: 0o600, flush: true});
  ftruncateSync(fd, end);
  return {bytes: tail.length, file: aside};
}

function endOfLastLine(fd: number, size: number): number {
  const bytes = Buffer.alloc(1 << 16);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - bytes.length);
    const read = readSync(fd, bytes, 0, end - start, start);
    const newline = bytes.subarray(0, read).lastIndexOf(0x0a);
    if (newline !== -1) return start + newline + 1;
    end = start;
  }
  return 0;
}
