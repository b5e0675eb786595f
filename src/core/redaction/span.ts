/** A secret in bytes [start, end). `label` is its placeholder where that is known already; else it is made of the kind and the bytes. */
export type Span = {start: number; end: number; kind: string; label?: Uint8Array};

/** What stands at a place: a secret, nothing, or what only later bytes decide. Then the bytes from `from` on are held back. */
export type Sighting = {end: number} | 'nothing' | 'undecided';
