import type {BlobRef} from '../../core/vocabulary/ids.ts';
import type {Blobs} from '../../ports/blobs.ts';
import {unreadable} from './read-log.ts';

/** What is wrong with a blob's file; `bytes` is its first bad range. */
export type BlobFault = {file: string; bytes: {start: number; end: number} | null; why: string};

/** The blobs of one store, each read once however many records and sessions name it. */
export class BlobChecks {
  readonly blobs: Blobs;
  readonly #verdicts = new Map<BlobRef, Promise<BlobFault | null>>();
  readonly #passed: (bytes: number) => void;

  constructor(blobs: Blobs, passed: (bytes: number) => void = () => {}) {
    this.blobs = blobs;
    this.#passed = passed;
  }

  /** Null where every stored byte and the content are as they were written. */
  check(ref: BlobRef): Promise<BlobFault | null> {
    const known = this.#verdicts.get(ref) ?? this.#verify(ref);
    this.#verdicts.set(ref, known);
    return known;
  }

  /** Every byte of it was read and found to be what its name says, by whoever says so here. */
  proven(ref: BlobRef): void {
    this.#verdicts.set(ref, Promise.resolve(null));
  }

  has(ref: BlobRef): boolean {
    return this.#verdicts.has(ref);
  }

  readonly passed = (bytes: number): void => this.#passed(bytes);

  async #verify(ref: BlobRef): Promise<BlobFault | null> {
    const file = this.blobs.where(ref);
    try {
      const verdict = await this.blobs.verify(ref);
      if (verdict.ok) this.#passed((await this.blobs.size(ref))?.bytes ?? 0);
      if (verdict.ok) return null;
      // Of the content the range is not one of the file.
      const bytes = verdict.what === 'missing' || verdict.what === 'content' ? null : {start: verdict.start, end: verdict.end};
      return {file, bytes, why: verdict.why};
    } catch (error) {
      return {file, bytes: null, why: unreadable(error)};
    }
  }
}
