import {z} from 'zod';
import {decodeText, encodingOf} from '../../core/edits/text-form.ts';
import {pagePolicy} from '../../core/truncation/policies.ts';
import type {Failure} from '../../core/vocabulary/block.ts';
import type {Sha256} from '../../core/vocabulary/ids.ts';
import type {Resolved} from '../../ports/files.ts';
import type {Ending, Running, Tool, World} from '../tool.ts';
import {failed} from './failed.ts';
import {fileKind, type FileKind} from './file-kind.ts';
import {listFolder} from './folder-listing.ts';
import {fileFailed} from './missing-file.ts';
import {pager, type Pager} from './page.ts';
import type {Page} from './page-lines.ts';
import {wholeNumber} from './whole-number.ts';

const schema = z.strictObject({
  path: z.string().min(1),
  from: wholeNumber.optional().describe('first line'),
  lines: wholeNumber.optional(),
  column: wholeNumber.optional().describe('first byte, inside one very long line'),
});

export type ReadInput = z.infer<typeof schema>;

export const read: Tool<ReadInput> = {
  name: 'read',
  description:
    'Reads a file as one page of lines, each after its number and a tab, and tells how to read on. A folder gives its entries. Before write or edit of an existing file, read it.',
  schema,
  readOnly: true,
  idempotent: true,
  destructive: false,
  policy: pagePolicy,
  risk: () => 'reads',
  subjects: input => [{kind: 'path', text: input.path}],
  async run(input, world, call) {
    const seen = await look(input, world, call);
    if ('failure' in seen) {
      if (seen.failure.code === 'is-folder') return await listFolder(input.path, world, call);
      return await fileFailed(seen.failure, input.path, world, call.signal);
    }
    if (call.signal.aborted) return failed('interrupted', 'The reading was interrupted.');
    if (seen.sha256 !== null) call.touched({path: seen.at.shown, access: 'read', sha256: seen.sha256});
    return await report(seen, input, call);
  },
};

/** Bytes for what stands around the page. */
const AROUND = 500;
const BUDGET = pagePolicy.tokens * 4 - AROUND;
/** Beyond this, a file is read only as far as the page needs: it then counts as not seen, and its lines are not counted. */
const READ_WHOLE = 64 * 1024 * 1024;

type Seen = {at: Resolved; size: number; sha256: Sha256 | null; kind: FileKind | null; page: Pager; notes: string[]};

async function look(input: ReadInput, world: World, call: Running): Promise<Seen | {failure: Failure}> {
  const page = pager({...input, from: input.from ?? 1, budget: BUDGET});
  let kind: FileKind | null | undefined;
  let [read, wide] = [0, false];
  let bom = false;
  const scanned = await world.files.scan(input.path, bytes => {
    if (kind === undefined) {
      kind = fileKind(bytes);
      wide = kind === null && encodingOf(bytes) !== 'utf-8';
      bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    }
    read += bytes.length;
    if (kind === null && !wide) page.push(bom && read === bytes.length ? bytes.subarray(3) : bytes);
    const enough = kind !== null || page.full();
    return call.signal.aborted || wide || (enough && read > READ_WHOLE) ? 'stop' : 'go-on';
  });
  if ('failure' in scanned) return scanned;
  if (wide) return await lookWide(input, world, page);
  return {...scanned, kind: kind ?? null, page, notes: bom ? ['byte order mark'] : []};
}

async function lookWide(input: ReadInput, world: World, page: Pager): Promise<Seen | {failure: Failure}> {
  const whole = await world.files.read(input.path);
  if ('failure' in whole) return whole;
  const decoded = decodeText(whole.bytes);
  const {at, sha256, bytes} = whole;
  if (decoded.kind !== 'text') return {at, sha256, size: bytes.length, kind: {name: 'binary file'}, page, notes: []};
  page.push(Buffer.from(decoded.text));
  return {at, sha256, size: bytes.length, kind: null, page, notes: [decoded.form.encoding.toUpperCase()]};
}

async function report({at, size, sha256, kind, page, notes}: Seen, input: ReadInput, call: Running): Promise<Ending> {
  if (kind !== null) {
    const pixels = kind.size === undefined ? '' : `, ${kind.size.width} × ${kind.size.height} pixels`;
    await call.out(`${at.name}: ${kind.name}${pixels}, ${size} bytes; not shown as text\n`);
    return {kind: 'done'};
  }
  if (size === 0) {
    await call.out(`${at.name}: empty file\n`);
    return {kind: 'done'};
  }
  const shown = page.finish();
  const counted = sha256 === null ? null : page.totals();
  if (shown.last < shown.first)
    return failed('past-end', `${at.name} has ${page.totals().lines} lines; there is no line ${shown.first}.`, 'Give a smaller from.');
  if (shown.part !== undefined && shown.part.first > shown.part.of)
    return failed('past-end', `Line ${shown.first} of ${at.name} has ${shown.part.of} bytes; there is no byte ${input.column}.`);
  const {crlf, lines, unterminated} = page.totals();
  if (crlf > 0) notes.push(crlf === lines || (unterminated && crlf === lines - 1) ? 'CRLF' : 'mixed line ends');
  if (counted?.unterminated === true) notes.push('no line end at the end');
  await call.out(header(at.name, shown, counted?.lines ?? null, {size, notes}) + shown.text + footer(shown, counted?.lines ?? null));
  return {kind: 'done'};
}

function header(name: string, page: Page, total: number | null, {size, notes}: {size: number; notes: readonly string[]}): string {
  const of = total === null ? `a file of ${size} bytes` : `${total}`;
  const part = page.part === undefined ? '' : `, bytes ${page.part.first}–${page.part.last} of ${page.part.of}`;
  const lines = page.first === page.last ? `line ${page.first}` : `lines ${page.first}–${page.last}`;
  return `${name} ${lines} of ${of}${part}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}\n`;
}

function footer(page: Page, total: number | null): string {
  if (page.part !== undefined && page.part.last < page.part.of)
    return `[line ${page.first} goes on: from: ${page.first}, column: ${page.part.last + 1}]\n`;
  if (total !== null && page.last >= total) return '';
  const rest = total === null ? 'more lines follow' : `${total - page.last} more ${total - page.last === 1 ? 'line' : 'lines'}`;
  return `[${rest}: from: ${page.last + 1}]\n`;
}
