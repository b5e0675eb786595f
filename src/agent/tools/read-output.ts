import {z} from 'zod';
import {binaryKind, sniffedBytes} from '../../core/truncation/binary.ts';
import {createCutter} from '../../core/truncation/cutter.ts';
import {defaultPolicy, pagePolicy, withTokens} from '../../core/truncation/policies.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import {BlobDamaged} from '../../ports/blobs.ts';
import type {Ending, Tool, World} from '../tool.ts';
import {failed} from './failed.ts';
import {outputPart} from './output-part.ts';
import {searchOutput} from './output-search.ts';
import {outputStrings} from './output-strings.ts';
import {bytesOf, PAGE_BYTES, type Opened} from './opened-output.ts';
import {pager} from './page.ts';
import {wholeNumber} from './whole-number.ts';

const schema = z.strictObject({
  output: z.string().min(1).describe('number of the call, such as 3.1, or sha256'),
  from: wholeNumber.optional().describe('first line'),
  lines: wholeNumber.optional(),
  column: wholeNumber.optional().describe('first byte, inside one very long line'),
  salient: z.boolean().optional().describe('only lines that matter, from there on'),
  search: z.string().min(1).optional().describe('regular expression: only matching lines'),
});

export type ReadOutputInput = z.infer<typeof schema>;

export const readOutput: Tool<ReadOutputInput> = {
  name: 'read_output',
  description: 'Reads or searches the original of an output that was shortened.',
  schema,
  readOnly: true,
  idempotent: true,
  destructive: false,
  policy: pagePolicy,
  risk: () => 'reads',
  subjects: input => [{kind: 'name', text: input.output}],
  async run(input, world, call) {
    const ref = found(input.output, world);
    if (ref === null)
      return failed(
        'no-output',
        `There is no output ${input.output} in this session.`,
        'Give the number of a call, such as 3.1, or its sha256.',
      );
    try {
      return await reading(ref, input, {world, call});
    } catch (error) {
      if (error instanceof BlobDamaged)
        return failed(
          'output-damaged',
          `The stored original of ${input.output} cannot be read: ${error.message}`,
          'Run the command again if its output is needed.',
        );
      throw error;
    }
  },
};

function found(output: string, world: World): BlobRef | null {
  const refs = world.outputs(
    output
      .trim()
      .toLowerCase()
      .replace(/^(call|sha256)[ :]*/, ''),
  );
  return refs.length === 1 ? (refs[0] ?? null) : null;
}

/** Where it begins is found by the line index; what stands there decides how it is told. */
async function reading(ref: BlobRef, input: ReadOutputInput, {world, call}: Pick<Opened, 'world' | 'call'>): Promise<Ending> {
  const from = input.from ?? 1;
  const [size, start] = await Promise.all([world.blobs.size(ref), world.blobs.lineStart(ref, from)]);
  if (size === null) throw new BlobDamaged(ref, 'it is missing');
  const name = input.output;
  if (size.bytes === 0) {
    await call.out(`output ${name} is empty\n`);
    return {kind: 'done'};
  }
  if (start === null)
    return failed('past-end', `Output ${name} has ${size.lines} lines; there is no line ${from}.`, 'Give a smaller from.');
  const opened = {ref, name, from, start, size, world, call};
  if (input.search !== undefined) return searchOutput(opened, {...input, pattern: input.search});
  const kind = binaryKind(await bytesOf(opened, {start, end: start + sniffedBytes}));
  if (kind !== null) return outputStrings(opened, kind, input.column ?? 1);
  if (input.column !== undefined) return outputPart(opened, input.column);
  return input.salient === true ? salient(opened) : page(opened, input.lines);
}

async function page(opened: Opened, lines: number | undefined): Promise<Ending> {
  const {ref, name, from, start, size, world, call} = opened;
  const held = pager({from, lines, budget: PAGE_BYTES}, from);
  for await (const bytes of world.blobs.read(ref, {start, end: size.bytes})) {
    held.push(bytes);
    if (held.full()) break;
    if (call.signal.aborted) return failed('interrupted', 'The reading was interrupted.');
  }
  const {text, first, last} = held.finish();
  const rest = size.lines - last;
  const more = rest > 0 ? `[${rest} more ${rest === 1 ? 'line' : 'lines'}: from: ${last + 1}]\n` : '';
  const answer = `output ${name} lines ${first}–${last} of ${size.lines}\n${text}${more}`;
  const kind = binaryKind(Buffer.from(answer));
  if (kind !== null) return outputStrings(opened, kind, 1);
  await call.out(answer);
  return {kind: 'done'};
}

/** What the cutter finds worth showing from a line on, with the numbers that the lines have in the whole. */
async function salient({ref, name, from, start, size, world, call}: Opened): Promise<Ending> {
  const cutter = createCutter(withTokens(defaultPolicy, pagePolicy.tokens - 200), name, from - 1);
  for await (const bytes of world.blobs.read(ref, {start, end: size.bytes})) {
    cutter.push(bytes, 'stdout');
    if (call.signal.aborted) return failed('interrupted', 'The reading was interrupted.');
  }
  await call.out(`output ${name} lines ${from}–${size.lines}, what matters\n${Buffer.from(cutter.finish().text).toString()}`);
  return {kind: 'done'};
}
