type Brand<T, Name extends string> = T & {readonly __brand: Name};

/** 64 lower-case hex digits. */
export type Sha256 = Brand<string, 'Sha256'>;
/** A blob is named by the sha256 of its content, so a reference is also a proof. */
export type BlobRef = Sha256;
/** Ten characters of lower-case Crockford base 32; any unique prefix names a session. */
export type SessionId = Brand<string, 'SessionId'>;
/** One run of the program on a session: opening or resuming it. */
export type RunId = Brand<string, 'RunId'>;
/** `n.k`: the k-th call (from 1) of step n (from 1). Ours; the provider's id is only a field of the call. */
export type CallId = Brand<string, 'CallId'>;
/** The object name of a git tree in the private checkpoint store. */
export type GitTree = Brand<string, 'GitTree'>;
