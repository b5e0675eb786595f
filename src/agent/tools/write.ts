import {z} from 'zod';
import {decodeText, encodeText, withEol} from '../../core/edits/text-form.ts';
import {linesOf} from '../../core/edits/lines.ts';
import {defaultPolicy} from '../../core/truncation/policies.ts';
import type {FileContent} from '../../ports/files.ts';
import type {Ending, Running, Tool, World} from '../tool.ts';
import {failed} from './failed.ts';
import {unseen} from './known-file.ts';
import {lineChange} from './line-change.ts';

const schema = z.strictObject({path: z.string().min(1), content: z.string()});

export type WriteInput = z.infer<typeof schema>;

export const write: Tool<WriteInput> = {
  name: 'write',
  description:
    'Creates a file, or replaces the whole of one that you have read. Makes missing folders. To change a part of a file, use edit.',
  schema,
  readOnly: false,
  idempotent: true,
  // What it replaces is in the checkpoint of the step before.
  destructive: false,
  policy: defaultPolicy,
  risk: () => 'writes-worktree',
  subjects: input => [{kind: 'path', text: input.path}],
  async run(input, world, call) {
    const before = await world.files.read(input.path);
    if ('failure' in before)
      return before.failure.code === 'not-found' ? await create(input, world, call) : {kind: 'failed', error: before.failure};
    const refused = unseen(before, world);
    return refused === null ? await replaceWhole(before, input, {world, call}) : {kind: 'failed', error: refused};
  },
};

async function create({path, content}: WriteInput, world: World, call: Running): Promise<Ending> {
  const bytes = Buffer.from(content);
  const written = await world.files.write(path, bytes, {expect: null});
  if ('failure' in written) return {kind: 'failed', error: written.failure};
  call.touched({path: written.at.shown, access: 'written', sha256: written.sha256});
  await call.out(`${written.at.name} created: ${sizeOf(content, bytes)}\n`);
  return {kind: 'done'};
}

async function replaceWhole(
  before: FileContent,
  {path, content}: WriteInput,
  {world, call}: {world: World; call: Running},
): Promise<Ending> {
  const {text, bytes, notes} = inItsForm(before.bytes, content);
  if (before.bytes.length === bytes.length && Buffer.from(before.bytes).equals(bytes)) {
    return failed('no-change', `${before.at.name} already has exactly this content; nothing was written.`, 'Go on with the next step.');
  }
  const written = await world.files.write(path, bytes, {expect: before.sha256});
  if ('failure' in written) return {kind: 'failed', error: written.failure};
  call.touched({path: written.at.shown, access: 'written', sha256: written.sha256});
  const change = text === null ? 'was binary' : await lineChange(text.before, text.after);
  await call.out(`${written.at.name} replaced: ${sizeOf(content, bytes)} (${[change, ...notes].join(', ')})\n`);
  return {kind: 'done'};
}

type InForm = {text: {before: string; after: string} | null; bytes: Uint8Array; notes: string[]};

/** `read` shows a file without its \r, byte order mark and encoding, so the model cannot give them back: they stay. */
function inItsForm(before: Uint8Array, content: string): InForm {
  const decoded = decodeText(before);
  if (decoded.kind !== 'text') return {text: null, bytes: Buffer.from(content), notes: []};
  const {form} = decoded;
  const after = form.eol === 'crlf' ? withEol(content, 'crlf') : content;
  const bare = after.startsWith('\ufeff') ? after.slice(1) : after;
  const notes = [
    ...(after === content ? [] : ['CRLF kept']),
    ...(form.bom ? ['byte order mark kept'] : []),
    ...(form.encoding === 'utf-8' ? [] : [`${form.encoding.toUpperCase()} kept`]),
  ];
  const own = form.bom ? {text: bare, bom: true} : {text: after, bom: false};
  return {text: {before: decoded.text, after: own.text}, bytes: encodeText(own.text, {encoding: form.encoding, bom: own.bom}), notes};
}

function sizeOf(content: string, bytes: Uint8Array): string {
  const lines = linesOf(content).length;
  return `${lines} ${lines === 1 ? 'line' : 'lines'}, ${bytes.length} bytes`;
}
