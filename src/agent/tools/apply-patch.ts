import {z} from 'zod';
import {parsePatch} from '../../core/edits/patch-parse.ts';
import {defaultPolicy} from '../../core/truncation/policies.ts';
import type {Ending, Tool} from '../tool.ts';
import {failed} from './failed.ts';
import {planPatch} from './patch-plan.ts';
import {writePlan} from './patch-write.ts';

const schema = z.strictObject({patch: z.string().min(1)});

export type ApplyPatchInput = z.infer<typeof schema>;

export const applyPatch: Tool<ApplyPatchInput> = {
  name: 'apply_patch',
  description:
    'Changes several places or files at once, all or nothing. Format: "*** Begin Patch", then for each file "*** Add File: p", "*** Delete File: p" or "*** Update File: p" ' +
    '(optionally "*** Move to: q"), with chunks of an "@@ nearby line" header and lines that begin with " ", "-" or "+", then "*** End Patch".',
  schema,
  readOnly: false,
  idempotent: false,
  // What it replaces is in the checkpoint of the step before.
  destructive: false,
  policy: defaultPolicy,
  risk: () => 'writes-worktree',
  // A patch that cannot be read names no path: it is judged by its tool alone, and fails when it runs.
  subjects: input => {
    const paths = pathsOf(input.patch);
    return paths.length === 0 ? [{kind: 'name', text: ''}] : paths.map(text => ({kind: 'path', text}));
  },
  async run({patch}, world, call) {
    const parsed = parsePatch(patch);
    if ('problem' in parsed) return refused(`Line ${parsed.line} of the patch: ${parsed.problem}.`, 'Mend the patch; nothing was changed.');
    const plan = await planPatch(parsed.patch, world, call.signal);
    if ('problem' in plan) return refused(`Line ${plan.line} of the patch: ${plan.problem}`, plan.hint);
    if (call.signal.aborted) return failed('interrupted', 'The patch was interrupted; nothing was changed.');
    return await writePlan(plan.changes, world, call);
  },
};

/** Every path that the patch names, also where the rest of it does not parse: rules must see them all. */
function pathsOf(patch: string): string[] {
  return [...patch.matchAll(/^\s*\*\*\* (?:(?:Add|Update|Delete) File|Move to): *(.*?)\s*$/gm)].map(found => found[1] ?? '');
}

function refused(message: string, hint: string): Ending {
  return failed('bad-patch', message, hint);
}
