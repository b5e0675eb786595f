import type {Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import {size as sizeText} from '../../core/projections/call-title.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import {BlobDamaged, type Blobs} from '../../ports/blobs.ts';
import {orDamaged} from './audit-show.ts';
import {findOutput, type FoundOutput} from './find-output.ts';
import type {Io} from './io.ts';
import type {Named} from './named-session.ts';
import {receiptOf} from './output-part.ts';
import {paged} from './pager.ts';
import {painter, type Paint} from './paint.ts';
import type {Sides} from './unified-diff.ts';

export type AuditDiffOptions = Named & {outputs: readonly [string, string]; as_shown: boolean};

/** `agent audit show --diff`: the lines in which two outputs of a session differ, as a unified diff; their bytes are compared as they are. */
export async function diffOutputs({outputs: [a, b], as_shown, ...named}: AuditDiffOptions, program: Program, io: Io): Promise<ExitCode> {
  const found = {before: await findOutput(a, named, {program, io}), after: await findOutput(b, named, {program, io})};
  const refOf = (output: FoundOutput): BlobRef => (as_shown ? receiptOf(output).view : output.blob);
  if (refOf(found.before) === refOf(found.after)) {
    io.progress(`${found.before.name} and ${found.after.name} are the same, byte for byte.`);
    return 0;
  }
  const blobs = await program.blobs();
  const texts: Partial<Sides<Text>> = {};
  for (const side of ['before', 'after'] as const)
    await orDamaged(found[side], as_shown, async () => {
      texts[side] = await textOf(found[side], refOf(found[side]), blobs);
      return 0;
    });
  const {before, after} = texts as Sides<Text>;
  for (const {cut} of [before, after]) if (cut !== null) io.progress(cut);
  if (before.lines.length === after.lines.length && before.lines.every((line, index) => line === after.lines[index])) {
    io.progress(alike(found, {refOf, lines: before.lines.length}));
    return 0;
  }
  const {unifiedDiff} = await import('./unified-diff.ts');
  const {lines, rough} = unifiedDiff({before: before.lines, after: after.lines});
  if (rough) io.progress('They differ in very many lines: what lies between their common beginning and end is shown as replaced at once.');
  await paged(inChunks(lines, found, painter(io.color.stdout)), {env: program.env, io});
  return 0;
}

type Compared = {refOf: (output: FoundOutput) => BlobRef; lines: number};

/** They have another name each, so what was not compared differs. */
function alike({before, after}: Sides<FoundOutput>, {refOf, lines}: Compared): string {
  const session = before.session === null ? '' : ` ${before.session}`;
  return (
    'What was compared is the same in both, and yet they differ, behind it: ' +
    `the sha256 of ${before.name} is ${refOf(before)}, that of ${after.name} ${refOf(after)}.\n` +
    `What stands there: agent audit show ${before.name}${session} --lines ${lines + 1}-${lines + 200}`
  );
}

/** Each byte as one character, so that any bytes can be compared and come out as they were. `cut` says where a text was too long to be compared whole. */
type Text = {lines: readonly string[]; cut: string | null};

const mostBytes = 16 << 20;
const mostLines = 200_000;

async function textOf({name}: FoundOutput, ref: BlobRef, blobs: Blobs): Promise<Text> {
  const size = await blobs.size(ref);
  if (size === null) throw new BlobDamaged(ref, `blob ${ref} is missing`);
  const past = size.lines > mostLines ? ((await blobs.lineStart(ref, mostLines + 1)) ?? size.bytes) : size.bytes;
  const end = Math.min(past, mostBytes);
  const pieces: Buffer[] = [];
  for await (const bytes of end === 0 ? [] : blobs.read(ref, {start: 0, end})) pieces.push(Buffer.from(bytes));
  const all = Buffer.concat(pieces).toString('latin1');
  const whole = end === size.bytes ? all : all.slice(0, all.lastIndexOf('\n') + 1 || all.length);
  const lines = whole.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return {
    lines,
    cut:
      end === size.bytes
        ? null
        : `Of ${name} only the first ${lines.length} lines are compared (of ${size.lines}, ${sizeText(size.bytes)}).`,
  };
}

async function* inChunks(lines: Iterable<string>, {before, after}: Sides<FoundOutput>, paint: Paint): AsyncGenerator<Uint8Array> {
  const header = ({name, title}: FoundOutput) => Buffer.from(`${name}\t${title}`).toString('latin1');
  let held = `${painted(`--- ${header(before)}\n`, paint, 'bold')}${painted(`+++ ${header(after)}\n`, paint, 'bold')}`;
  for (const line of lines) {
    held += painted(line, paint, styles[line[0] ?? ''] ?? null);
    if (held.length < 65_536) continue;
    yield Buffer.from(held, 'latin1');
    held = '';
  }
  if (held !== '') yield Buffer.from(held, 'latin1');
}

const styles: Readonly<Record<string, Parameters<Paint>[0]>> = {'-': 'red', '+': 'green', '@': 'cyan'};

const painted = (line: string, paint: Paint, style: Parameters<Paint>[0] | null): string =>
  style === null ? line : `${paint(style, line.slice(0, -1))}\n`;
