import {lineCollector, partCollector, type Page, type PageRequest} from './page-lines.ts';

/** Takes the bytes of a text of any length and keeps one page of numbered lines, in constant memory. */
export type Pager = {
  push: (bytes: Uint8Array) => void;
  /** Whether more bytes can change nothing but the count of lines. */
  full: () => boolean;
  /** Of everything pushed so far. `crlf` counts lines that end in \r\n; `unterminated` is a last line without its 0x0A. */
  totals: () => {lines: number; crlf: number; unterminated: boolean};
  finish: () => Page;
};

/** `start` is the number of the first line that is pushed, for a text that is not read from its beginning. */
export function pager(request: PageRequest, start = 1): Pager {
  const page = request.column === undefined ? lineCollector(request) : partCollector(request, request.column);
  let [line, crlf, last] = [start, 0, NEWLINE];
  const push = (bytes: Buffer): void => {
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
      if ((end > 0 ? bytes[end - 1] : last) === RETURN) crlf++;
      if (page.wants(line)) {
        page.add(bytes.subarray(from, end));
        page.end(line);
      }
      line++;
      from = end + 1;
    }
    if (from < bytes.length && page.wants(line)) page.add(bytes.subarray(from));
    last = bytes.at(-1) ?? last;
  };
  const unterminated = (): boolean => last !== NEWLINE;
  return {
    push: chunk => push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)),
    full: () => page.full(),
    totals: () => ({lines: unterminated() ? line : line - 1, crlf, unterminated: unterminated()}),
    finish() {
      if (unterminated() && page.wants(line)) page.end(line);
      return page.finish();
    },
  };
}

const NEWLINE = 10;
const RETURN = 13;
