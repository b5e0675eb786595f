/** How a text lies in its file. The text itself is held without the byte order mark; line ends stay in it as they are. */
export type TextForm = {encoding: 'utf-8' | 'utf-16le' | 'utf-16be'; bom: boolean; eol: Eol};
export type Eol = 'lf' | 'crlf' | 'mixed' | 'none';

export type Decoded = {kind: 'text'; text: string; form: TextForm} | {kind: 'binary'} | {kind: 'not-utf-8'; line: number};

/** Decodes only what encodes to the same bytes again, so that an edit never changes a byte that it was not asked to. */
export function decodeText(bytes: Uint8Array): Decoded {
  const encoding = encodingOf(bytes);
  if (encoding === 'utf-8' && bytes.subarray(0, SNIFFED).includes(0)) return {kind: 'binary'};
  const text = decodeWhole(bytes, encoding);
  if (text === null) return encoding === 'utf-8' ? {kind: 'not-utf-8', line: badLine(bytes)} : {kind: 'binary'};
  const bom = text.startsWith('\ufeff');
  const bare = bom ? text.slice(1) : text;
  return {kind: 'text', text: bare, form: {encoding, bom, eol: eolOf(bare)}};
}

export function encodeText(text: string, form: Pick<TextForm, 'encoding' | 'bom'>): Uint8Array {
  const whole = form.bom ? `\ufeff${text}` : text;
  if (form.encoding === 'utf-8') return new TextEncoder().encode(whole);
  const bytes = new Uint8Array(whole.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < whole.length; index++) view.setUint16(index * 2, whole.charCodeAt(index), form.encoding === 'utf-16le');
  return bytes;
}

export function eolOf(text: string): Eol {
  let [crlf, lf] = [0, 0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    if (text.charCodeAt(at - 1) === 13) crlf++;
    else lf++;
  }
  if (crlf === 0) return lf === 0 ? 'none' : 'lf';
  return lf === 0 ? 'crlf' : 'mixed';
}

/** Gives every line end of `text` the file's own kind, where the file has one kind. */
export function withEol(text: string, eol: Eol): string {
  if (eol === 'crlf') return text.replace(/\r?\n/g, '\r\n');
  return eol === 'lf' ? text.replaceAll('\r\n', '\n') : text;
}

/** As git and grep do: a NUL this early makes a file binary. */
const SNIFFED = 8_192;

export function encodingOf(bytes: Uint8Array): TextForm['encoding'] {
  if (bytes.length % 2 === 0 && bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes.length % 2 === 0 && bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function decodeWhole(bytes: Uint8Array, encoding: TextForm['encoding']): string | null {
  try {
    return new TextDecoder(encoding, {fatal: true, ignoreBOM: true}).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** The 1-based line of the first byte that is not UTF-8. */
function badLine(bytes: Uint8Array): number {
  const text = new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes);
  const own = new TextEncoder();
  let line = 0;
  let start = 0;
  for (const part of text.split('\n')) {
    line++;
    const size = own.encode(part).length;
    const found = part.includes('\ufffd') && decodeWhole(bytes.subarray(start, nextLine(bytes, start)), 'utf-8') === null;
    if (found) return line;
    start = part.includes('\ufffd') ? nextLine(bytes, start) : start + size + 1;
  }
  return line;
}

function nextLine(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(10, start);
  return end === -1 ? bytes.length : end + 1;
}
