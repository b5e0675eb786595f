import {z} from 'zod';
import type {BlobRef, GitTree, SessionId, Sha256} from '../../core/vocabulary/ids.ts';
import type {Member} from '../../ports/archive.ts';

/** The first member of an archive: what the others are, and what they have to be. `missing` is named by the log and was not there to be packed. */
export type Manifest = {
  v: 1;
  kind: 'agent-session';
  session: SessionId;
  /** The version that packed it. */
  program: string;
  records: number;
  last: {seq: number; hash: Sha256};
  members: readonly Member[];
  missing: {blobs: readonly BlobRef[]; trees: readonly GitTree[]};
};

export const manifestName = 'manifest.json';
export const logName = 'log.jsonl';
export const bundleName = 'checkpoints.bundle';
export const blobName = (ref: BlobRef): string => `blobs/${ref}.zst`;

/** The blob that a member is. */
export const blobIn = (name: string): BlobRef | null => (/^blobs\/([0-9a-f]{64})\.zst$/.exec(name)?.[1] ?? null) as BlobRef | null;

export const encodeManifest = (manifest: Manifest): Uint8Array => Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);

/** A manifest, or why it is none. Its members are in their order, each once, and none of another name than an archive has. */
export function decodeManifest(bytes: Uint8Array): Manifest | {why: string} {
  const parsed = parse(Buffer.from(bytes).toString('utf8'));
  if (parsed === undefined) return {why: 'it is not JSON'};
  const version = typeof parsed === 'object' && parsed !== null && 'v' in parsed ? parsed.v : null;
  if (typeof version === 'number' && version > 1)
    return {why: `its format version is ${version}, and this program reads version 1: install a newer one`};
  const {data, error} = shape.safeParse(parsed);
  if (data === undefined)
    return {why: `${error.issues[0]?.path.join('.') || 'the whole'} is not as it should be (${error.issues[0]?.message ?? ''})`};
  const manifest = data as unknown as Manifest;
  const why = wrongOrder(manifest.members.map(({name}) => name));
  return why === null ? manifest : {why};
}

const sha = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
const shape = z.looseObject({
  v: z.literal(1),
  kind: z.literal('agent-session'),
  session: z.string().regex(/^[0-9a-z]{10}$/),
  program: z.string(),
  records: z.number().int().positive(),
  last: z.looseObject({seq: count, hash: sha}),
  members: z.array(z.looseObject({name: z.string(), bytes: count, sha256: sha})),
  missing: z.looseObject({blobs: z.array(sha), trees: z.array(z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/))}),
});

/** The log, then the blobs by their names, then the checkpoints: nothing else can be in it, and nothing twice. */
function wrongOrder(names: readonly string[]): string | null {
  if (names[0] !== logName) return `the first member after it is not ${logName}`;
  const rest = names.at(-1) === bundleName ? names.slice(1, -1) : names.slice(1);
  const stray = rest.find(name => blobIn(name) === null);
  if (stray !== undefined) return `it names ${JSON.stringify(stray)}, which has no place in an archive of a session`;
  const twice = rest.find((name, at) => at > 0 && (rest[at - 1] ?? '') >= name);
  return twice === undefined ? null : `it names ${JSON.stringify(twice)} twice, or out of order`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
