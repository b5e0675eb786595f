import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import type {Repaired} from '../../agent/repair/repair-session.ts';
import type {RepairPlan} from '../../agent/repair/plan-repair.ts';
import {size} from '../../core/projections/call-title.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {SessionBusy} from '../../ports/catalogue.ts';
import {confirmed} from './confirm.ts';
import {plural} from './format/amounts.ts';
import type {Io} from './io.ts';
import {namedSession} from './named-session.ts';

export type RepairOptions = {id: string; yes: boolean; json: boolean};

/** `agent sessions repair`. Says what can be kept before anything is changed. As JSON: `{v: 1, session, kind, done, kept, lost, behind, aside}`. */
export async function repairSession({id: prefix, yes, json}: RepairOptions, program: Program, io: Io): Promise<ExitCode> {
  const id = await namedSession({session: prefix, dir: program.cwd}, program);
  if ((await program.catalogue()).raw(id) === null)
    throw new Stop(1, `Session ${id} has no log to repair.\nSee what is known of it: agent audit verify ${id}`);
  const confirm = (plan: RepairPlan): Promise<boolean> => {
    for (const line of planLines(plan)) io.progress(line);
    return confirmed('Put what is left in its place? The damaged file stays beside it.', {yes, io});
  };
  const repaired = await program.repair({id, confirm}).catch(explainBusy);
  if (json) io.print(JSON.stringify(answerOf(id, repaired), null, 2));
  for (const line of doneLines(id, repaired)) io.progress(line);
  return repaired.done || repaired.plan.kind === 'sound' ? 0 : 1;
}

function explainBusy(error: unknown): never {
  if (error instanceof SessionBusy)
    throw new Stop(1, `${error.message} Nothing was changed. Close it there, then type the same again.`, {cause: error});
  throw error;
}

function planLines(plan: RepairPlan): readonly string[] {
  switch (plan.kind) {
    case 'sound':
      return [];
    case 'whole':
      return [
        `All of its ${plural(plan.kept.length, 'record')} are there, as their hashes prove, and do not lie as they should: ${plural(plan.dropped, 'line')} too many, or lines exchanged.`,
        'It will be what it was, byte for byte.',
      ];
    case 'broken': {
      const {kept, lost, behind} = plan;
      return [
        kept.length === 0
          ? 'Its first record is lost: it can be read, and not gone on with.'
          : `${plural(kept.length, 'record')} before the damage: kept as they are.`,
        lost.to < lost.from
          ? `Before line ${lost.from} lines are missing as a whole.`
          : `${lost.to === lost.from ? `Line ${lost.from}` : `Lines ${lost.from} to ${lost.to}`} (${size(lost.bytes)}) cannot be read.`,
        behind.readable.length === 0
          ? 'Nothing behind it can be read.'
          : `${plural(behind.readable.length, 'record')} behind it: kept as an appendix, which replay shows and nothing else counts.`,
      ];
    }
  }
}

function doneLines(id: SessionId, {plan, done, aside}: Repaired): readonly string[] {
  if (plan.kind === 'sound') return [`The log of session ${id} is not damaged: there is nothing to repair.`];
  if (!done) return ['Nothing was changed.'];
  return [
    `Repaired. The damaged log is ${aside ?? ''}`,
    `See it: agent replay ${id} · prove it: agent audit verify ${id}${plan.kind === 'broken' && plan.kept.length > 0 ? ` · go on: agent resume ${id}` : ''}`,
  ];
}

function answerOf(session: SessionId, {plan, done, aside}: Repaired): object {
  const kept = plan.kind === 'sound' ? null : plan.kept.length;
  const [lost, behind] = plan.kind === 'broken' ? [plan.lost, plan.behind.readable.length] : [null, 0];
  return {v: 1, session, kind: plan.kind, done, kept, lost, behind, aside};
}
