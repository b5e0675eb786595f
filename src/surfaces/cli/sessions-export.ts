import {extname} from 'node:path';
import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {unreachable} from '../../core/log/fold.ts';
import {grouped} from '../../core/projections/call-title.ts';
import type {Outline} from '../export/outline.ts';
import type {Source} from '../export/source.ts';
import {textFormats, type TextFormat} from './export-formats.ts';
import {exportSource} from './export-source.ts';
import type {Io} from './io.ts';
import {whichSession, type Named} from './named-session.ts';
import {targetOf, writeOut} from './write-out.ts';

/** `format` null: what the file's name ends in, else Markdown. `again` is the command without its file, to be typed once more. */
export type ExportOptions = Named & {format: TextFormat | null; file: string | null; force: boolean; again?: (file: string) => string};

/** `agent sessions export`: a session as Markdown, as a page, or as JSON. */
export async function exportSession(
  {format: asked, file, force, again, ...named}: ExportOptions,
  program: Program,
  io: Io,
): Promise<ExitCode> {
  const id = await whichSession(named, program);
  const format = asked ?? formatOf(file) ?? 'md';
  const typed = again ?? (name => `agent sessions export ${id} --format ${format} -o ${name} --force`);
  const target = await targetOf({file, dir: named.dir, force, again: typed(file ?? '')});
  const source = await exportSource(id, program);
  const {outlineOf} = await import('../export/outline.ts');
  const outline = await outlineOf(source);
  if (target !== null && format === 'html' && outline.files.size > many)
    io.progress(`Comparing the files of ${grouped(outline.files.size)} steps; this takes a while.`);
  if ((await writeOut(target, await written(format, outline, source), io)) === 'interrupted') {
    io.progress('Interrupted: nothing was written.');
    return 130;
  }
  if (target !== null) io.progress(`Session ${id} is written to ${target.path}`);
  return ended(id, outline, source.missing);
}

const many = 500;

function formatOf(file: string | null): TextFormat | null {
  const extension = extname(file ?? '')
    .slice(1)
    .toLowerCase();
  if (extension === 'htm') return 'html';
  return textFormats.find(format => format === extension) ?? null;
}

// Each is loaded only where it is wanted: two of them bring a parser of Markdown.
async function written(format: TextFormat, outline: Outline, source: Source): Promise<AsyncIterable<string>> {
  switch (format) {
    case 'md':
      return (await import('../export/markdown.ts')).markdownExport(outline, source);
    case 'html':
      return (await import('../html/page.ts')).htmlPage(outline, source);
    case 'json':
      return (await import('../export/json.ts')).jsonExport(outline, source);
    default:
      return unreachable(format);
  }
}

/** It is written, as far as it could be: what is not in it is said. */
function ended(id: string, {damaged}: Outline, missing: ReadonlySet<string>): ExitCode {
  if (damaged !== null)
    throw new Stop(
      1,
      `Written is what stands before the damage: ${damaged.message}\nKeep what can be read behind it, too: agent sessions repair ${id}`,
      {
        cause: damaged,
      },
    );
  if (missing.size === 0) return 0;
  const [first = '', ...others] = missing;
  const more = others.length === 0 ? '' : ` (and ${others.length} more of this kind)`;
  throw new Stop(6, `Written, but not all of it is stored any more. ${first}${more}\nLook at what is wrong: agent audit verify`);
}
