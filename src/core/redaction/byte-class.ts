/** Sets of bytes as tables: 1 for a member, 0 for every other byte. */
export type ByteClass = Uint8Array;

export function bytesOf(...members: readonly string[]): ByteClass {
  const table = new Uint8Array(256);
  for (const member of members) {
    const [first = '', last] = member.length === 3 && member[1] === '-' ? [member[0], member[2]] : [];
    if (last === undefined) for (const byte of Buffer.from(member)) table[byte] = 1;
    else for (let byte = first.charCodeAt(0); byte <= last.charCodeAt(0); byte++) table[byte] = 1;
  }
  return table;
}

export const digits = bytesOf('0-9');
export const hex = bytesOf('0-9', 'a-f');
export const alphanumeric = bytesOf('0-9', 'A-Z', 'a-z');
export const base64url = bytesOf('0-9', 'A-Z', 'a-z', '_-');
export const base64 = bytesOf('0-9', 'A-Z', 'a-z', '+/=');
/** What a token of any format is made of; each stretch of at least `shortestToken` of these is looked at. */
export const tokenBytes = bytesOf('0-9', 'A-Z', 'a-z', '_-.~');
