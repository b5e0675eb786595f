import {z} from 'zod';
import {grepPolicy} from '../../core/truncation/policies.ts';
import type {GrepQuery} from '../../ports/search.ts';
import type {Ending, Running, Tool, World} from '../tool.ts';
import {failed} from './failed.ts';
import type {Found} from './grep-found.ts';
import {foundText} from './grep-layout.ts';
import {shownHit} from './long-line.ts';
import {fileFailed} from './missing-file.ts';

const schema = z.strictObject({
  pattern: z.string().min(1),
  path: z.string().min(1).optional(),
  glob: z.string().min(1).optional().describe('such as *.ts, src/**, !*.md'),
  literal: z.boolean().optional(),
  ignore_case: z.boolean().optional(),
  context: z.number().min(0).max(20).refine(Number.isInteger, 'must be a whole number').optional().describe('lines around each match'),
});

export type GrepInput = z.infer<typeof schema>;

export const grep: Tool<GrepInput> = {
  name: 'grep',
  description:
    'Searches file contents with ripgrep: a regular expression, or literal text. Ignored files are left out, unless path leads into them.',
  schema,
  readOnly: true,
  idempotent: true,
  destructive: false,
  policy: grepPolicy,
  risk: () => 'reads',
  subjects: input => [{kind: 'path', text: input.path ?? '.'}],
  async run(input, world, call) {
    const at = await world.files.resolve(input.path ?? '.');
    if ('failure' in at) return {kind: 'failed', error: at.failure};
    if (at.exists === 'no')
      return await fileFailed(
        {code: 'not-found', message: `${input.path} does not exist.`, retryable: false},
        input.path ?? '.',
        world,
        call.signal,
      );
    const query = {
      pattern: input.pattern,
      path: at.absolute,
      globs: input.glob === undefined ? [] : [input.glob],
      literal: input.literal ?? false,
      ignore_case: input.ignore_case ?? false,
      context: input.context ?? 0,
    };
    const shown = (path: string): string => (path === '' ? at.shown : at.shown === '.' ? path : `${at.shown}/${path}`);
    const found = await gather(query, {world, shown}, call);
    if ('kind' in found) return found;
    const name = (path: string): string => (path === '' ? at.name : at.name === '.' ? path : `${at.name}/${path}`);
    await call.out(
      found.matches === 0
        ? `no matches for ${input.pattern} in ${at.name}\n`
        : foundText(found, {name, budget: BUDGET, context: query.context}),
    );
    if (found.withheld > 0)
      await call.out(
        `[${found.withheld} more ${found.withheld === 1 ? 'file matches' : 'files match'}, left out by the user's deny rules]\n`,
      );
    return {kind: 'done'};
  },
};

/** What the notice in place of the rest, and a line on rules, leave. */
const BUDGET = grepPolicy.tokens * 4 - 450;
/** Lines; more matches are only counted, and at `COUNTED` the search is ended. */
const KEPT = 50_000;
const COUNTED = 50_000;

type Where = {world: World; shown: (path: string) => string};

/** `withheld` counts the files with a hit that the user's rules keep from the model. */
async function gather(query: GrepQuery, {world, shown}: Where, call: Running): Promise<(Found & {withheld: number}) | Ending> {
  const found: Found = {matches: 0, files: new Map(), ended: false};
  const withheld = new Map<string, boolean>();
  let kept = 0;
  for await (const hit of world.search.grep(query, call.signal)) {
    if ('failure' in hit) return {kind: 'failed', error: hit.failure};
    if (!withheld.has(hit.path)) withheld.set(hit.path, world.withheld?.(shown(hit.path)) ?? false);
    if (withheld.get(hit.path) === true) continue;
    const file = found.files.get(hit.path) ?? {matches: 0, lines: []};
    found.files.set(hit.path, file);
    if (hit.kind === 'match') {
      file.matches++;
      found.matches++;
    }
    if (kept < KEPT) {
      file.lines.push({number: hit.line, text: shownHit(hit), match: hit.kind === 'match'});
      kept++;
    }
    if (found.matches >= COUNTED) {
      found.ended = true;
      break;
    }
  }
  return call.signal.aborted
    ? failed('interrupted', 'The search was interrupted.')
    : {...found, withheld: [...withheld.values()].filter(Boolean).length};
}
