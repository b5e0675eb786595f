import type {Receipt} from '../../core/audit/receipts.ts';
import {createEraser, eraseText} from '../../core/erasure/erase.ts';
import type {Leaked} from '../../core/erasure/leaked.ts';
import {createCutter, type Cut} from '../../core/truncation/cutter.ts';
import {defaultPolicy, policyNamed} from '../../core/truncation/policies.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import type {Blobs} from '../../ports/blobs.ts';

/** What became of a blob: the name that it has now, and in how many places it held the value. */
export type ErasedBlob = {ref: BlobRef; count: number};

/** Blobs without the value, each made once however often it is named. With `write: false` they are only looked at, and keep their names. */
export class ErasedBlobs {
  readonly #blobs: Blobs;
  readonly #leaked: Leaked;
  readonly #write: boolean;
  readonly #done = new Map<BlobRef, Promise<ErasedBlob>>();
  /** Named on a log, and not in the store. */
  readonly missing = new Set<BlobRef>();

  constructor({blobs, leaked, write}: {blobs: Blobs; leaked: Leaked; write: boolean}) {
    this.#blobs = blobs;
    this.#leaked = leaked;
    this.#write = write;
  }

  blob(ref: BlobRef): Promise<ErasedBlob> {
    const known = this.#done.get(ref) ?? this.#erase(ref);
    this.#done.set(ref, known);
    return known;
  }

  /** The receipt of the stream as it is now; its view is cut again, under the newest policy where its own is not known any more. */
  async excerpt({excerpt, label}: Receipt): Promise<Excerpt> {
    const [original, view] = [await this.blob(excerpt.blob), await this.blob(excerpt.view)];
    if (original.count === 0) return {...excerpt, view: view.ref};
    if (!this.#write) return excerpt;
    const cutter = createCutter(policyNamed(excerpt.policy) ?? defaultPolicy, label);
    for await (const bytes of this.#blobs.read(original.ref)) cutter.push(bytes, 'stdout');
    return this.#receipt(excerpt, cutter.finish(), original.count);
  }

  async #receipt(excerpt: Excerpt, {text, same, streams, ...cut}: Cut, count: number): Promise<Excerpt> {
    // What is drawn with colours in its middle may be whole only here.
    const shown = Buffer.from(eraseText(Buffer.from(text).toString('utf8'), this.#leaked).text);
    const view = same ? cut.stdout_sha256 : await this.#blobs.put(shown, {durable: true});
    const isErr = excerpt.streams.stdout.bytes === 0;
    // Which of two pipes said what is not stored: from now on all of it is one's.
    return {
      ...excerpt,
      ...cut,
      blob: cut.stdout_sha256,
      view,
      streams: isErr ? {stdout: streams.stderr, stderr: streams.stdout} : streams,
      redactions: excerpt.redactions + count,
    };
  }

  async #erase(ref: BlobRef): Promise<ErasedBlob> {
    if ((await this.#blobs.size(ref)) === null) {
      this.missing.add(ref);
      return {ref, count: 0};
    }
    const eraser = createEraser(this.#leaked);
    for await (const bytes of this.#blobs.read(ref)) eraser.push(bytes);
    eraser.flush();
    if (eraser.count === 0 || !this.#write) return {ref, count: eraser.count};
    return {ref: await this.#rewrite(ref), count: eraser.count};
  }

  async #rewrite(ref: BlobRef): Promise<BlobRef> {
    const eraser = createEraser(this.#leaked);
    const writer = this.#blobs.create();
    try {
      for await (const bytes of this.#blobs.read(ref)) await writer.write(eraser.push(bytes));
      await writer.write(eraser.flush());
      return await writer.finish({durable: true});
    } finally {
      await writer.abandon();
    }
  }
}

/** A receipt whose text is of the old view gets the new one; what stands behind it stays. */
export function textOf({text}: Receipt, before: string, after: string): string {
  return text !== null && text.startsWith(before) ? after + text.slice(before.length) : (text ?? '');
}
