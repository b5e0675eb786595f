import {hashPrime, hashSeed} from './severity-words.ts';

/** Hears every name in a line: what stands between spaces, quotes, brackets and colons, and of a path also its last part. Only names that hold a letter and are at least four bytes long. */
export function readNames(bytes: Uint8Array, heard: (hash: number) => void): void {
  let [whole, last, length, lastLength, letters] = [hashSeed, hashSeed, 0, 0, 0];
  const end = Math.min(bytes.length, readAtMost);
  for (let at = 0; at <= end; at++) {
    const byte = at < end ? bytes[at]! : 0x20;
    const kind = kinds[byte]!;
    if (kind === delimiter) {
      if (length >= 4 && letters >= 2) {
        heard(whole);
        if (lastLength < length && lastLength >= 4) heard(last);
      }
      [whole, last, length, lastLength, letters] = [hashSeed, hashSeed, 0, 0, 0];
      if (byte === 0x1b) while (at < end && !(kinds[bytes[at]!] === letter)) at++;
    } else {
      whole = Math.imul(whole ^ byte, hashPrime);
      length++;
      if (kind === letter) letters++;
      if (kind === slash) [last, lastLength] = [hashSeed, 0];
      else {
        last = Math.imul(last ^ byte, hashPrime);
        lastLength++;
      }
    }
  }
}

const readAtMost = 512;
const other = 0;
const delimiter = 1;
const slash = 2;
const letter = 3;
const kinds = new Uint8Array(256).fill(other);
for (let byte = 0; byte < 256; byte++) {
  if (byte <= 0x20) kinds[byte] = delimiter;
  if ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte >= 0x80) kinds[byte] = letter;
}
for (const byte of Buffer.from('"\'`()[]{}<>,;:=|')) kinds[byte] = delimiter;
for (const byte of Buffer.from('/\\')) kinds[byte] = slash;
