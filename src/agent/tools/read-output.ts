import {z} from 'zod';
import {createCutter} from '../../core/truncation/cutter.ts';
import {defaultPolicy, pagePolicy, withTokens} from '../../core/truncation/policies.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import {BlobDamaged} from '../../ports/blobs.ts';
import type {Ending, Running, Tool, World} from '../tool.ts';
import {failed} from './failed.ts';
import {aroundMatch} from './long-line.ts';
import {pager} from './page.ts';
import {wholeNumber} from './whole-number.ts';

const schema = z.strictObject({
  output: z.string().min(1).describe('number of the call, such as 3.1, or sha256'),
  from: wholeNumber.optional().describe('first line'),
  lines: wholeNumber.optional(),
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
      if (input.search !== undefined) return await search(ref, input.search, {input, world, call});
      return input.salient === true ? await salient(ref, input, {world, call}) : await page(ref, input, {world, call});
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

type Around = {world: World; call: Running};

const BUDGET = pagePolicy.tokens * 4 - 500;
const MOST_LINES = 3_900;

function found(output: string, world: World): BlobRef | null {
  const refs = world.outputs(
    output
      .trim()
      .toLowerCase()
      .replace(/^(call|sha256)[ :]*/, ''),
  );
  return refs.length === 1 ? (refs[0] ?? null) : null;
}

async function page(ref: BlobRef, input: ReadOutputInput, {world, call}: Around): Promise<Ending> {
  const size = await world.blobs.size(ref);
  const from = input.from ?? 1;
  const start = await world.blobs.lineStart(ref, from);
  if (size === null) throw new BlobDamaged(ref, 'it is missing');
  if (size.bytes === 0) {
    await call.out(`output ${input.output} is empty\n`);
    return {kind: 'done'};
  }
  if (start === null)
    return failed('past-end', `Output ${input.output} has ${size.lines} lines; there is no line ${from}.`, 'Give a smaller from.');
  const held = pager({from, lines: input.lines, budget: BUDGET}, from);
  for await (const bytes of world.blobs.read(ref, {start, end: size.bytes})) {
    held.push(bytes);
    if (held.full()) break;
    if (call.signal.aborted) return failed('interrupted', 'The reading was interrupted.');
  }
  const {text, first, last} = held.finish();
  const rest = size.lines - last;
  await call.out(
    `output ${input.output} lines ${first}–${last} of ${size.lines}\n${text}${rest > 0 ? `[${rest} more ${rest === 1 ? 'line' : 'lines'}: from: ${last + 1}]\n` : ''}`,
  );
  return {kind: 'done'};
}

/** What the cutter finds worth showing from a line on, with the numbers that the lines have in the whole. */
async function salient(ref: BlobRef, input: ReadOutputInput, {world, call}: Around): Promise<Ending> {
  const from = input.from ?? 1;
  const [size, start] = await Promise.all([world.blobs.size(ref), world.blobs.lineStart(ref, from)]);
  if (size === null) throw new BlobDamaged(ref, 'it is missing');
  if (start === null)
    return failed('past-end', `Output ${input.output} has ${size.lines} lines; there is no line ${from}.`, 'Give a smaller from.');
  const cutter = createCutter(withTokens(defaultPolicy, pagePolicy.tokens - 200), input.output, from - 1);
  for await (const bytes of world.blobs.read(ref, {start, end: size.bytes})) {
    cutter.push(bytes, 'stdout');
    if (call.signal.aborted) return failed('interrupted', 'The reading was interrupted.');
  }
  await call.out(`output ${input.output} lines ${from}–${size.lines}, what matters\n${Buffer.from(cutter.finish().text).toString()}`);
  return {kind: 'done'};
}

/** ripgrep's engine is linear in the bytes, so that no pattern can hang the session. */
async function search(ref: BlobRef, pattern: string, {input, world, call}: Around & {input: ReadOutputInput}): Promise<Ending> {
  const from = input.from ?? 1;
  const most = Math.min(input.lines ?? MOST_LINES, MOST_LINES);
  const shown: string[] = [];
  let [total, used, next] = [0, 0, 0];
  for await (const hit of world.search.lines(world.blobs.read(ref), {pattern, literal: false, ignore_case: false}, call.signal)) {
    if ('failure' in hit) return {kind: 'failed', error: hit.failure};
    if (hit.line < from) continue;
    total++;
    const line = `${hit.line}\t${aroundMatch(hit.text, hit.at)}\n`;
    used += Buffer.byteLength(line);
    // The first that has no room ends the page, so that the next one begins with it.
    if (next === 0 && shown.length < most && used <= BUDGET) shown.push(line);
    else if (next === 0) next = hit.line;
  }
  if (call.signal.aborted) return failed('interrupted', 'The search was interrupted.');
  const where = from === 1 ? '' : ` from line ${from} on`;
  const counted =
    total === 0
      ? `no line of output ${input.output}${where} matches ${pattern}\n`
      : `${total} matching ${total === 1 ? 'line' : 'lines'}${where} in output ${input.output}, ${shown.length} shown\n`;
  const more = next === 0 ? '' : `[to search on: from: ${next}]\n`;
  await call.out(counted + shown.join('') + more);
  return {kind: 'done'};
}
