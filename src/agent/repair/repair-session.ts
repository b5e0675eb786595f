import {blobsNamed} from '../../core/audit/blobs-named.ts';
import {encode} from '../../core/log/codec.ts';
import {isSessionEvent} from '../../core/log/event-types.ts';
import {Lineage} from '../../core/log/lineage.ts';
import type {Recorded, SessionEvent} from '../../core/vocabulary/event.ts';
import type {BlobRef, SessionId} from '../../core/vocabulary/ids.ts';
import type {Blobs} from '../../ports/blobs.ts';
import type {Catalogue} from '../../ports/catalogue.ts';
import type {HeldLog, LogRepairing, Range} from '../../ports/log-repairing.ts';
import {joined, planRepair, type Behind, type RepairPlan} from './plan-repair.ts';
import {scanLines, type Scanned} from './scan-lines.ts';
import {recordsIn} from './records-in.ts';

export type RepairPorts = {repairing: LogRepairing; blobs: Blobs; catalogue: Pick<Catalogue, 'note'>; now: () => string};

/** `confirm` is asked with what would be done; nothing is changed before it says so. */
export type RepairRequest = {id: SessionId; confirm: (plan: RepairPlan) => Promise<boolean>};

/** `aside` is where the damaged log is now. */
export type Repaired = {plan: RepairPlan; done: boolean; aside: string | null};

/** Makes a damaged log one that can be read to its end again. Holds the session's lock all the while. */
export async function repairSession({id, confirm}: RepairRequest, ports: RepairPorts): Promise<Repaired> {
  const held = await ports.repairing.hold(id);
  try {
    const scanned = await scanLines(held.bytes(), id);
    const plan = planRepair(scanned);
    if (plan.kind === 'sound' || !(await confirm(plan))) return {plan, done: false, aside: null};
    const aside = plan.kind === 'whole' ? await putInOrder(plan, held) : await goOnBehind(plan, {id, scanned, held}, ports);
    return {plan, done: true, aside};
  } finally {
    held.release();
  }
}

/** It becomes, byte for byte, what it was: the home log knows it already. */
async function putInOrder({kept}: Extract<RepairPlan, {kind: 'whole'}>, held: HeldLog): Promise<string> {
  return (await held.begin(joined(kept), '')).swap();
}

type Broken = Extract<RepairPlan, {kind: 'broken'}>;
type At = {id: SessionId; scanned: Scanned; held: HeldLog};

/** First what the new log names, then the log beside the old one, then what the home log knows; then it takes its place. */
async function goOnBehind({kept, lost, behind}: Broken, {id, scanned, held}: At, ports: RepairPorts): Promise<string> {
  const appendix = behind.ranges.length === 0 ? null : await store(held, behind.ranges, ports.blobs);
  const before = await told(held, joined(kept));
  const after = await told(held, behind.ranges);
  const event: SessionEvent = {
    type: 'session.repaired',
    session: id,
    lost,
    appendix,
    records: behind.readable.length,
    names: await present(after.names, ports.blobs),
    // Where nothing tells how far it had come, no more steps than lines can be lost.
    step: after.step > 0 ? after.step : before.step + Math.max(1, lost.to - lost.from + 1),
    placed: before.owner === id,
  };
  const last = kept.at(-1) ?? {seq: -1, hash: scanned.start};
  const {line, hash} = encode({v: 1, seq: last.seq + 1, at: ports.now(), prev: last.hash, event});
  const repaired = await held.begin(joined(kept), line);
  try {
    await ports.catalogue.note({type: 'log.repaired', session: id, seq: last.seq + 1, hash});
  } catch (error) {
    repaired.forget();
    throw error;
  }
  return repaired.swap();
}

async function store(held: HeldLog, ranges: Behind['ranges'], blobs: Blobs): Promise<BlobRef> {
  const writer = blobs.create();
  try {
    for await (const bytes of within(held.bytes(), ranges)) await writer.write(bytes);
    return await writer.finish({durable: true});
  } finally {
    await writer.abandon();
  }
}

/** Whose records they are, the newest step, and the blobs that they name. */
async function told(held: HeldLog, ranges: readonly Range[]): Promise<{owner: string | null; step: number; names: ReadonlySet<BlobRef>}> {
  const lineage = new Lineage();
  const names = new Set<BlobRef>();
  let step = 0;
  for await (const record of recordsIn(within(held.bytes(), ranges))) {
    if (record === null) continue;
    lineage.take(record);
    if (!isSessionEvent(record.event)) continue;
    for (const {ref} of blobsNamed(record.event)) names.add(ref);
    if (record.event.type === 'context.assembled')
      step = Math.max(step, (record as Recorded<{type: 'context.assembled'; step: number}>).event.step);
  }
  return {owner: lineage.owner, step, names};
}

/** What is not in the store is not promised. */
async function present(names: ReadonlySet<BlobRef>, blobs: Blobs): Promise<readonly BlobRef[]> {
  const found: BlobRef[] = [];
  for (const ref of [...names].toSorted()) if ((await blobs.verify(ref)).ok) found.push(ref);
  return found;
}

async function* within(stream: AsyncIterable<Uint8Array>, ranges: readonly Range[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  let next = 0;
  for await (const chunk of stream) {
    const end = at + chunk.length;
    for (let range = ranges[next]; range !== undefined && range.start < end; range = ranges[next]) {
      yield chunk.subarray(Math.max(0, range.start - at), Math.min(chunk.length, range.end - at));
      if (range.end > end) break;
      next++;
    }
    at = end;
  }
}
