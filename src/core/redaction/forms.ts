/**
 * A value as it may be printed: as it is, in a URL, in JSON, each of its lines where it has several, and within base64 at any of the three
 * places that a byte can have there. A form has at least eight bytes.
 */
export function formsOf(value: string): readonly string[] {
  const lines = value.includes('\n') ? value.split(/\r?\n/).filter(line => line.length >= 16) : [];
  const forms = [value, ...lines, encoded(value), JSON.stringify(value).slice(1, -1), ...(value.length < 12 ? [] : inBase64(value))];
  return [...new Set(forms)].filter(form => Buffer.byteLength(form) >= 8);
}

function encoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

/** Only the digits that the value alone decides: those at its ends hold bits of its neighbours. */
function inBase64(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].map(before => {
    const digits = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const first = Math.ceil((before * 8) / 6);
    return digits.slice(first, Math.floor(((before + bytes.length) * 8) / 6));
  });
}
