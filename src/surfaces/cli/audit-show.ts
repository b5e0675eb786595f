import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {droppedRuns} from '../../core/truncation/dropped.ts';
import {BlobDamaged, type Blobs} from '../../ports/blobs.ts';
import {findOutput, type FoundOutput} from './find-output.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';
import type {Named} from './named-session.ts';
import {numberedLines, wantedLines} from './numbered-lines.ts';
import {bytesOf, partOf, receiptOf, type Part, type Wanted} from './output-part.ts';
import {paged} from './pager.ts';

/** `output` is a call (`3.1`), a step, or the beginning of a sha256; `lines` are from 1, both ends shown; `grep` is a regular expression of ripgrep's dialect. */
export type AuditShowOptions = Named & Wanted & {output: string; grep: string | null; json: boolean};

/**
 * `agent audit show`: the original bytes of an output, or what the model saw of it, or did not see. Streams: a part of a huge output reads only
 * the frames that it lies in. As JSON: `{v: 1, session, call, title, excerpt, dropped, range}`.
 */
export async function showOutput({output, grep, json, ...options}: AuditShowOptions, program: Program, io: Io): Promise<ExitCode> {
  const found = await findOutput(output, options, {program, io});
  const blobs = await program.blobs();
  return orDamaged(found, options.as_shown, async () => {
    if (json) return printJson(found, options, {blobs, io});
    const part = await partOf(found, options, blobs);
    if (part.runs.length === 0) io.progress(nothing(found, options));
    else if (grep !== null) await showMatching(grep, {found, part, blobs, program, io});
    else {
      const bytes = bytesOf(part, blobs);
      await paged(options.dropped ? numberedLines(bytes, part.runs) : bytes, {env: program.env, io});
    }
    return 0;
  });
}

/** What is damaged or gone is no answer: exit code 6. */
export async function orDamaged(found: FoundOutput, as_shown: boolean, show: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await show();
  } catch (error) {
    if (!(error instanceof BlobDamaged)) throw error;
    const {name, session, blob, excerpt} = found;
    const isView = as_shown && excerpt?.view !== blob;
    const what = isView ? 'what the model saw' : 'the original';
    const next = isView
      ? `The original is kept apart from it: agent audit show ${name} ${session}`
      : `What else is damaged: agent audit verify ${session ?? '--all'}`;
    throw new Stop(6, `The stored copy of ${what} of ${name} cannot be relied on: ${error.message}\n${next}`, {cause: error});
  }
}

function nothing({name, excerpt}: FoundOutput, {dropped, lines}: Wanted): string {
  if (!dropped || excerpt === null || excerpt.total.bytes === 0) return `The output of ${name} is empty.`;
  return lines === null
    ? `Nothing was dropped: the model saw the whole output of ${name}.`
    : `Nothing was dropped there: the model saw lines ${lines.first} to ${Math.min(lines.last, excerpt.total.lines)} of ${name} whole.`;
}

type Matching = {found: FoundOutput; part: Part; blobs: Blobs; program: Program; io: Io};

/** The search reads the bytes once, and the lines that match are read beside it: only they are ever held, and never more than one chunk of them. */
async function showMatching(pattern: string, {found, part, blobs, program, io}: Matching): Promise<void> {
  let count = 0;
  const search = await program.search();
  async function* places(): AsyncGenerator<number> {
    for await (const place of search.matching(bytesOf(part, blobs), {pattern, literal: false, ignore_case: false}, io.gone)) {
      if (typeof place !== 'number') throw new Stop(place.failure.code === 'bad-pattern' ? 2 : 1, `--grep: ${place.failure.message}`);
      count++;
      yield place;
    }
  }
  await paged(wantedLines(bytesOf(part, blobs), part.runs, places()), {env: program.env, io});
  if (count === 0) io.progress(`No line there matches ${oneLine(pattern)} in ${found.name}.`);
}

async function printJson(found: FoundOutput, wanted: Wanted, {blobs, io}: {blobs: Blobs; io: Io}): Promise<ExitCode> {
  const {session, call, title} = found;
  const excerpt = receiptOf(found);
  const range = wanted.lines === null ? null : ((await partOf(found, {...wanted, dropped: false}, blobs)).runs[0] ?? null);
  io.print(JSON.stringify({v: 1, session, call, title, excerpt, dropped: droppedRuns(excerpt), range}, null, 2));
  return 0;
}
