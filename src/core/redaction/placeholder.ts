import {createHmac, type Hmac} from 'node:crypto';

/**
 * What stands in place of a secret: `«redacted:kind:hash8»`. The hash is an HMAC under the home's key: the same secret has the same
 * placeholder in every session of one home, and a weak secret cannot be found by trying. `kind` is lower-case letters, digits and hyphens.
 */
export function placeholder(kind: string, value: Uint8Array | string, key: Uint8Array): string {
  return placeholderOf(kind, createHmac('sha256', key).update(value));
}

/** For a value that went by in pieces. */
export function placeholderOf(kind: string, hmac: Hmac): string {
  return `«redacted:${kind}:${hmac.digest('hex').slice(0, 8)}»`;
}

const placeholderPattern = /«redacted:[a-z0-9-]{1,40}:[0-9a-f]{8}»/;

/** The first placeholder in a text, or null. */
export function findPlaceholder(text: string): string | null {
  return text.match(placeholderPattern)?.[0] ?? null;
}
