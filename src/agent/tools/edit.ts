import {z} from 'zod';
import {linesOf} from '../../core/edits/lines.ts';
import {replace, type Replaced} from '../../core/edits/replace.ts';
import {decodeText, encodeText} from '../../core/edits/text-form.ts';
import {defaultPolicy} from '../../core/truncation/policies.ts';
import type {FileContent} from '../../ports/files.ts';
import type {Ending, Running, Tool, World} from '../tool.ts';
import {failed} from './failed.ts';
import {unseen} from './known-file.ts';
import {lineChange} from './line-change.ts';
import {fileFailed} from './missing-file.ts';

const schema = z.strictObject({
  path: z.string().min(1),
  old: z.string().describe('exact text, without line numbers; enough lines to be unique'),
  new: z.string(),
  all: z.boolean().optional().describe('replace every occurrence'),
});

export type EditInput = z.infer<typeof schema>;

export const edit: Tool<EditInput> = {
  name: 'edit',
  description: 'Replaces one piece of text in a file that you have read.',
  schema,
  readOnly: false,
  idempotent: false,
  // What it replaces is in the checkpoint of the step before.
  destructive: false,
  policy: defaultPolicy,
  risk: () => 'writes-worktree',
  subjects: input => [{kind: 'path', text: input.path}],
  async run(input, world, call) {
    if (input.old === '') return failed('bad-arguments', 'old is empty.', 'Give the text to replace; to make or fill a file, use write.');
    if (input.old === input.new)
      return failed('bad-arguments', 'old and new are the same; nothing would change.', 'Give the text as it should become in new.');
    const before = await world.files.read(input.path);
    if ('failure' in before) return await fileFailed(before.failure, input.path, world, call.signal);
    const refused = unseen(before, world);
    return refused === null ? await change(before, input, {world, call}) : {kind: 'failed', error: refused};
  },
};

type Around = {world: World; call: Running};

async function change(before: FileContent, input: EditInput, {world, call}: Around): Promise<Ending> {
  const decoded = decodeText(before.bytes);
  if (decoded.kind === 'binary') return failed('binary', `${before.at.name} is not a text file.`, 'Change it with the shell.');
  if (decoded.kind === 'not-utf-8')
    return failed('not-utf-8', `${before.at.name} is not UTF-8 text (first in line ${decoded.line}).`, 'Change it with the shell.');
  const replaced = replace(decoded.text, {old: input.old, new: input.new, all: input.all ?? false});
  if (replaced.kind !== 'replaced') return notReplaced(replaced, input, before.at.name);
  if (replaced.text === decoded.text)
    return failed('no-change', `${before.at.name} already reads like this; nothing was written.`, 'Go on with the next step.');
  const written = await world.files.write(input.path, encodeText(replaced.text, decoded.form), {expect: before.sha256});
  if ('failure' in written) return {kind: 'failed', error: written.failure};
  call.touched({path: written.at.shown, access: 'written', sha256: written.sha256});
  await call.out(
    `${before.at.name} ${placesOf(replaced)} replaced (${await lineChange(decoded.text, replaced.text)})\n${rungOf(replaced)}`,
  );
  return {kind: 'done'};
}

type Done = Extract<Replaced, {kind: 'replaced'}>;

function placesOf({places, count}: Done): string {
  const [first] = places;
  if (count === 1 && first !== undefined) return first.first === first.last ? `line ${first.first}` : `lines ${first.first}–${first.last}`;
  return `${count} places (lines ${places.map(place => place.first).join(', ')}${count > places.length ? ', …' : ''})`;
}

/** What the ladder forgave, with the lines as they now stand, so that the model sees what it got. */
function rungOf({rung, shift, places, text}: Done): string {
  if (rung === 'exact' || rung === 'line endings') return '';
  const [place] = places;
  const first = place?.first ?? 1;
  const lines = linesOf(text)
    .slice(first - 1, first + 11)
    .map((line, index) => `${first + index}\t${line.text}`);
  return `old matched only when ${rung} was ignored${shift === null ? '' : `; new was indented to fit (${shift})`}. Now:\n${lines.join('\n')}\n`;
}

function notReplaced(replaced: Exclude<Replaced, Done>, {old}: EditInput, name: string): Ending {
  if (replaced.kind === 'several') {
    const lines = `${replaced.lines.join(', ')}${replaced.count > replaced.lines.length ? ', …' : ''}`;
    const how = replaced.rung === 'exact' || replaced.rung === 'line endings' ? '' : ` (when ${replaced.rung} is ignored)`;
    return failed(
      'ambiguous',
      `old stands in ${name} ${replaced.count} times${how}: lines ${lines}.`,
      'Give more lines around it, or all: true for every exact one.',
    );
  }
  if (replaced.kind === 'unplaceable') {
    const {first, last} = replaced.place;
    return failed(
      'indentation',
      `old stands in lines ${first}–${last} of ${name} with another indentation, and a line of new is indented less than that allows.`,
      "Give old and new with the file's own indentation.",
    );
  }
  const {nearest} = replaced;
  if (nearest === null)
    return failed(
      'no-match',
      `old does not stand in ${name}, nor anything like it.`,
      numbered(old) ?? 'Read the file again, or grep for a word of it.',
    );
  const message = `old does not stand in ${name}. The nearest is lines ${nearest.first}–${nearest.last} (- old, + the file):\n${nearest.diff.join('\n')}`;
  return failed('no-match', message, numbered(old) ?? 'Give old exactly as the file has it.');
}

function numbered(old: string): string | null {
  const lines = old.split('\n').filter(line => line.trim() !== '');
  return lines.length > 0 && lines.every(line => /^\s*\d+\t/.test(line)) ? 'old holds the line numbers of read: leave them out.' : null;
}
