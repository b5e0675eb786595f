import type {Failure} from '../../core/vocabulary/block.ts';
import type {Sha256} from '../../core/vocabulary/ids.ts';
import type {Ending, Running, World} from '../tool.ts';
import {failed} from './failed.ts';
import {lineChange} from './line-change.ts';
import type {PlannedChange} from './patch-plan.ts';

/** Writes a whole plan. Where one write fails, those before it are put back, and what could not be put back is named. */
export async function writePlan(plan: readonly PlannedChange[], world: World, call: Running): Promise<Ending> {
  const done: Done[] = [];
  for (const change of plan) {
    const written = await perform(change, world);
    if ('failure' in written) return await putBack(done, {world, call, failure: written.failure, path: change.path});
    done.push({change, ...written});
  }
  for (const {shown, sha256} of done) call.touched({path: shown, access: 'written', sha256});
  await call.out((await Promise.all(plan.map(line))).join(''));
  return {kind: 'done'};
}

type Done = {change: PlannedChange; shown: string; sha256: Sha256 | null};

async function perform({path, before, after, mode}: PlannedChange, world: World): Promise<Omit<Done, 'change'> | {failure: Failure}> {
  const expect = before?.sha256 ?? null;
  if (after === null) {
    const removed = await world.files.remove(path, before === null ? {} : {expect: before.sha256});
    return 'failure' in removed ? removed : {shown: removed.at.shown, sha256: null};
  }
  const written = await world.files.write(path, after, {expect, ...(mode === null ? {} : {mode})});
  return 'failure' in written ? written : {shown: written.at.shown, sha256: written.sha256};
}

type Broken = {world: World; call: Running; failure: Failure; path: string};

/** Last first. What someone else changed in between is left as it is. */
async function putBack(done: readonly Done[], {world, call, failure, path}: Broken): Promise<Ending> {
  const left: string[] = [];
  for (const {change, shown, sha256} of done.toReversed()) {
    const {before} = change;
    const restored =
      before === null
        ? await world.files.remove(change.path, sha256 === null ? {} : {expect: sha256})
        : await world.files.write(change.path, before.bytes, {expect: sha256, mode: before.mode});
    if (!('failure' in restored)) continue;
    left.push(shown);
    call.touched({path: shown, access: 'written', sha256});
  }
  const state =
    left.length === 0
      ? 'What had been written before it was put back: nothing is changed.'
      : `These are changed and could not be put back: ${left.join(', ')}.`;
  return failed(failure.code, `${path}: ${failure.message} ${state}`, failure.hint);
}

async function line({kind, path, text, notes, moved}: PlannedChange): Promise<string> {
  if (kind === 'D' && moved !== undefined) return '';
  const name = kind === 'R' ? `${moved} → ${path}` : path;
  const change = text === null ? '' : ` (${await lineChange(text.before, text.after)})`;
  return `${kind} ${name}${change}\n${notes.map(note => `  ${note}\n`).join('')}`;
}
