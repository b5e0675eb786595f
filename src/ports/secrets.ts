/** The secrets of this machine's user that a session knows of, and the home's key that their placeholders are made with. */
export type Secrets = {
  /** `keyBytes` random bytes of this home. Never shown, never stored elsewhere. */
  key: Uint8Array;
  /**
   * Values of the environment and of the `.env` files as they are now. Files are only looked at; the answer is the same array for as long as
   * none of them changed. `folders` are absolute.
   */
  known: (folders: readonly string[]) => readonly KnownSecret[];
};

export const keyBytes = 32;

/** `kind` is as in its placeholder: lower-case letters, digits and hyphens. */
export type KnownSecret = {kind: string; value: string};

/** The home's key is damaged or cannot be read: nothing is stored or shown until it is mended. */
export class SecretsRefused extends Error {
  override readonly name = 'SecretsRefused';
}
