import {createHash} from 'node:crypto';

/** A signature that only the server could have made: altered content no longer fits it. */
export function sealed(kind: string, content: string): string {
  return `${kind}_${createHash('sha256').update(`a secret of the test server|${kind}|${content}`).digest('hex').slice(0, 40)}`;
}
