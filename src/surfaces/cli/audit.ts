import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import type {Fold} from '../../core/log/fold.ts';
import {audited, receipts, type Audit, type Receipts} from '../../core/projections/shortened.ts';
import {noticed} from '../../core/storms/run.ts';
import {storms, stormsOf, type Storms} from '../../core/storms/storms.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {auditCsv} from './audit-csv.ts';
import {auditTable} from './audit-table.ts';
import {folded} from './folded.ts';
import type {Io} from './io.ts';
import {whichSession, type Named} from './named-session.ts';

export type AuditOptions = Named & {form: 'table' | 'json' | 'csv'};

/** `agent audit`: every output that was shortened, with its receipt. As JSON: `{v: 1, session, running, outputs: […], storms: […], total}`. */
export async function audit({form, ...named}: AuditOptions, program: Program, io: Io): Promise<ExitCode> {
  const id = await whichSession(named, program);
  const {state, damaged} = await folded(proof, id, program);
  const running = await isRunning(id, program);
  const found = audited(state.receipts);
  const again = stormsOf(state.storms, 'failure').map(noticed);
  if (form === 'json') io.print(JSON.stringify({v: 1, session: id, running, ...found, storms: again}, null, 2));
  else if (form === 'csv') await io.send(auditCsv(id, found));
  else if (found.outputs.length === 0 && again.length === 0) io.progress(nothing(id, found));
  else io.print(auditTable({id, ...found, storms: again.length}, io).join('\n'));
  if (running && form !== 'json') io.progress(`Session ${id} is still running: this is what stands so far.`);
  if (damaged === null) return 0;
  throw new Stop(
    1,
    `The log of session ${id} is damaged; shown is what stands before it. ${damaged.message}\nKeep what can be read behind it, too: agent sessions repair ${id}`,
    {cause: damaged},
  );
}

const proof: Fold<{receipts: Receipts; storms: Storms}> = {
  initial: {receipts: receipts.initial, storms: storms.initial},
  apply: (state, record) => ({receipts: receipts.apply(state.receipts, record), storms: storms.apply(state.storms, record)}),
};

const nothing = (id: SessionId, {total}: Audit): string =>
  total.outputs === 0 ? `Session ${id} has no output yet.` : `Session ${id}: none of its ${total.outputs} outputs was shortened.`;

async function isRunning(id: SessionId, program: Program): Promise<boolean> {
  return (await (await program.catalogue()).list()).some(entry => entry.id === id && entry.busy);
}
