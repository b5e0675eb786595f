import {z} from 'zod';
import {listPolicy} from '../../core/truncation/policies.ts';
import type {Tool} from '../tool.ts';
import {failed} from './failed.ts';
import {fileFailed} from './missing-file.ts';

const schema = z.strictObject({pattern: z.string().min(1), path: z.string().min(1).optional().describe('folder')});

export type GlobInput = z.infer<typeof schema>;

export const glob: Tool<GlobInput> = {
  name: 'glob',
  description: 'Lists files by name, such as src/**/*.ts; a pattern without / matches in every folder. Ignored files are left out.',
  schema,
  readOnly: true,
  idempotent: true,
  destructive: false,
  policy: listPolicy,
  risk: () => 'reads',
  subjects: input => [{kind: 'path', text: input.path ?? '.'}],
  async run({pattern, path = '.'}, world, call) {
    const at = await world.files.resolve(path);
    if ('failure' in at) return {kind: 'failed', error: at.failure};
    if (at.exists === 'no')
      return await fileFailed({code: 'not-found', message: `${path} does not exist.`, retryable: false}, path, world, call.signal);
    if (at.exists === 'file') return failed('not-a-folder', `${path} is a file, not a folder.`, 'Give its folder as path.');
    const names: string[] = [];
    for await (const name of world.search.glob({patterns: [pattern], folder: at.absolute}, call.signal)) {
      if (typeof name !== 'string') return {kind: 'failed', error: name.failure};
      names.push(at.name === '.' ? name : `${at.name}/${name}`);
    }
    if (call.signal.aborted) return failed('interrupted', 'The search was interrupted.');
    await call.out(listed(names, pattern, at.name));
    return {kind: 'done'};
  },
};

const BUDGET = listPolicy.tokens * 4 - 200;
const MOST = 380;

function listed(names: readonly string[], pattern: string, folder: string): string {
  if (names.length === 0) return `no files match ${pattern} in ${folder}\n`;
  let used = 0;
  const shown = names.slice(0, MOST).filter(name => (used += Buffer.byteLength(name) + 1) <= BUDGET);
  const rest = names.length - shown.length;
  const counted = `${names.length} ${names.length === 1 ? 'file' : 'files'}\n`;
  return `${counted}${shown.map(name => `${name}\n`).join('')}${rest > 0 ? `[${rest} more: narrow the pattern or the path]\n` : ''}`;
}
