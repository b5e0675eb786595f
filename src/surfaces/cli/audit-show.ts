import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {outputs as outputsFold} from '../../core/projections/outputs.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {BlobDamaged, type Blobs} from '../../ports/blobs.ts';
import {linesForTerminal} from './for-terminal.ts';
import type {Io} from './io.ts';
import {knownRecords} from './known-records.ts';
import {whichSession, type Named} from './named-session.ts';

/** `output` is a call (`3.1`) or the beginning of a sha256; `lines` are from 1, both ends shown. */
export type AuditShowOptions = Named & {output: string; as_shown: boolean; lines: {first: number; last: number} | null};

/** `agent audit show`: the original bytes of an output (to a terminal: what it would obey is written out), or exactly what the model saw of it. Streams: a range of a huge output reads only that range. */
export async function showOutput({output, as_shown, lines, ...named}: AuditShowOptions, program: Program, io: Io): Promise<ExitCode> {
  const id = await whichSession(named, program);
  const excerpt = await find(output, id, program);
  const blobs = await program.blobs();
  const ref = as_shown ? excerpt.view : excerpt.blob;
  try {
    const range = lines === null ? undefined : await rangeOf(blobs, ref, lines);
    const stored = blobs.read(ref, range);
    for await (const bytes of io.tty.stdout ? linesForTerminal(stored) : stored) {
      if (io.gone.aborted) break;
      await io.send(bytes);
    }
    return 0;
  } catch (error) {
    if (error instanceof BlobDamaged) throw new Stop(6, `The stored output ${ref} is damaged: ${error.message}`, {cause: error});
    throw error;
  }
}

async function find(output: string, id: SessionId, program: Program): Promise<Excerpt> {
  let state = outputsFold.initial;
  for await (const record of knownRecords(id, program)) state = outputsFold.apply(state, record);
  const named = [...state].filter(({call, excerpt}) => call === output || (output.length >= 8 && excerpt.stdout_sha256.startsWith(output)));
  const found = named.at(-1);
  if (found === undefined)
    throw new Stop(2, `Session ${id} has no output "${output}". Name a call (3.1) or at least 8 digits of a sha256: agent audit ${id}`);
  return found.excerpt;
}

async function rangeOf(
  blobs: Blobs,
  ref: Excerpt['blob'],
  {first, last}: {first: number; last: number},
): Promise<{start: number; end: number}> {
  const size = await blobs.size(ref);
  const end = size?.bytes ?? 0;
  const start = await blobs.lineStart(ref, first);
  if (start === null) throw new Stop(2, `The output has ${size?.lines ?? 0} lines: there is no line ${first}.`);
  return {start, end: (await blobs.lineStart(ref, last + 1)) ?? end};
}
