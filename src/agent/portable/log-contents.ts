import {blobsNamed} from '../../core/audit/blobs-named.ts';
import {treesNamed} from '../../core/audit/trees-named.ts';
import {decode} from '../../core/log/codec.ts';
import {checkSessionEvent} from '../../core/log/event-schema.ts';
import {isSessionEvent} from '../../core/log/event-types.ts';
import {Lineage, startOf} from '../../core/log/lineage.ts';
import {Lines} from '../../core/log/lines.ts';
import {changes, type Changes} from '../../core/projections/changes.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {BlobRef, GitTree, Sha256} from '../../core/vocabulary/ids.ts';
import {LogDamaged} from '../../ports/catalogue.ts';

/** What a log holds up to its last whole line, and what it names. */
export type LogContents = {
  /** Of whole lines; `torn` are those behind the last of them. */
  bytes: number;
  torn: number;
  records: number;
  last: {seq: number; hash: Sha256};
  /** The session that the log says it is of; null where its first record is lost. */
  owner: string | null;
  blobs: ReadonlySet<BlobRef>;
  trees: ReadonlySet<GitTree>;
  changes: Changes;
  /** Records of types that this version does not know: what they name is not known either. */
  unknown: number;
};

/** Reads a log to its end, every line checked. Throws `LogDamaged` at the first that does not fit, with `file` for its name. */
export async function logContents(stream: AsyncIterable<Uint8Array>, {file, name}: {file: string; name: string}): Promise<LogContents> {
  const lines = new Lines();
  const reading = new Reading(file, name);
  for await (const chunk of stream) for (const line of lines.push(chunk)) reading.take(line);
  return reading.contents(lines.rest().length);
}

class Reading {
  readonly #file: string;
  readonly #name: string;
  readonly #lineage = new Lineage();
  readonly #blobs = new Set<BlobRef>();
  readonly #trees = new Set<GitTree>();
  #bytes = 0;
  #unknown = 0;
  #changes = changes.initial;
  #after: {seq: number; hash: Sha256} | null = null;

  constructor(file: string, name: string) {
    this.#file = file;
    this.#name = name;
  }

  take(line: Uint8Array): void {
    const decoded = decode(line, this.#after ?? {seq: -1, hash: startOf(line, this.#name)});
    const why = 'why' in decoded ? decoded.why : (checkSessionEvent(decoded.record.event) ?? this.#lineage.take(decoded.record));
    if ('why' in decoded || why !== null) throw new LogDamaged(this.#file, (this.#after?.seq ?? -1) + 2, why ?? '');
    this.#after = decoded.record;
    this.#bytes += line.length + 1;
    this.#note(decoded.record);
  }

  contents(torn: number): LogContents {
    return {
      bytes: this.#bytes,
      torn,
      records: (this.#after?.seq ?? -1) + 1,
      last: this.#after === null ? {seq: -1, hash: startOf(new Uint8Array(), this.#name)} : {seq: this.#after.seq, hash: this.#after.hash},
      owner: this.#lineage.owner,
      blobs: this.#blobs,
      trees: this.#trees,
      changes: this.#changes,
      unknown: this.#unknown,
    };
  }

  #note(record: Recorded<{type: string}>): void {
    const {event} = record;
    if (!isSessionEvent(event)) {
      this.#unknown++;
      return;
    }
    for (const {ref} of blobsNamed(event)) this.#blobs.add(ref);
    for (const tree of treesNamed(event)) this.#trees.add(tree);
    this.#changes = changes.apply(this.#changes, record as Recorded);
  }
}
