import {Lines} from '../../core/log/lines.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import type {Blobs} from '../../ports/blobs.ts';

/**
 * The lines of an output, without their line ends, its bytes as characters: no two different lines are equal. A long line comes in parts. `ended` says of the last one whether it had a
 * line end.
 */
export async function* blobLines(ref: BlobRef, blobs: Blobs): AsyncGenerator<string> {
  let lines = new Lines();
  let held = 0;
  for await (const bytes of blobs.read(ref)) {
    // The bytes are the reader's own again with its next piece.
    for (const line of lines.push(Buffer.from(bytes))) {
      held = 0;
      yield* parts(Buffer.from(line).toString('latin1'));
    }
    held += bytes.length;
    if (held < longestHeld) continue;
    yield* parts(Buffer.from(lines.rest()).toString('latin1'));
    [lines, held] = [new Lines(), 0];
  }
  const rest = Buffer.from(lines.rest()).toString('latin1');
  if (rest !== '') yield* parts(`${rest}${withoutEnd}`);
}

/** Behind a last line that has no line end: then it is another line than one that has. */
const withoutEnd = '\\ no line end';

const longestHeld = 4 * 1_024 * 1_024;
const longestPart = 64 * 1_024;

function* parts(line: string): Generator<string> {
  if (line.length <= longestPart) return yield line;
  for (let at = 0; at < line.length; at += longestPart) yield line.slice(at, at + longestPart);
}
