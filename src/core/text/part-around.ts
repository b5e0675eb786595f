/** Bytes that are worth reading to show where a match begins: offsets within its line, whatever its length. */
export const partAround = (match: number): {start: number; end: number} => ({start: Math.max(0, match - BEFORE), end: match + AFTER});

/** Those bytes as text, with a mark where the line goes on. */
export function partText(bytes: Uint8Array, match: number): string {
  const {start, end} = partAround(match);
  const [own = '', ...next] = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').split(/\r?\n/);
  const goesOn = next.length === 0 && bytes.length === end - start;
  // A character that the range cuts in two.
  const whole = own.replace(/^\ufffd{1,3}/, start > 0 ? '' : '$&').replace(/\ufffd{1,3}$/, goesOn ? '' : '$&');
  return `${start > 0 ? '…' : ''}${whole}${goesOn ? '…' : ''}`;
}

const BEFORE = 60;
const AFTER = 170;
