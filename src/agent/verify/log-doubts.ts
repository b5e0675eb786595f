import type {Unproven} from '../../core/audit/fault.ts';
import type {Tail} from '../../core/audit/log-walk.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Catalogue} from '../../ports/catalogue.ts';
import {isKnown, type Doubt} from './doubt.ts';
import type {ReadLog} from './read-log.ts';

/** The last line, where it was never finished and nobody is about to finish it. */
export async function tornTail(log: ReadLog, id: SessionId, catalogue: Catalogue): Promise<Tail | null> {
  return log.tail !== null && !log.tail.damaged && (await isTorn(log, id, catalogue)) ? log.tail : null;
}

/** What of a log as a whole is neither proven nor refuted. */
export function logDoubts({entries, newer, bytes}: ReadLog, torn: Tail | null): readonly Doubt[] {
  const unknown = entries.filter(entry => !isKnown(entry));
  return [
    ...(bytes > 0
      ? []
      : [{what: 'log' as const, why: 'it is empty: the session was stopped before its first record, or the file was emptied'}]),
    ...entries.flatMap(({record: {seq, event}}) =>
      event.type === 'session.repaired'
        ? [{what: 'log' as const, why: `it was damaged and repaired (record ${seq}): what was lost there cannot be proven`}]
        : [],
    ),
    ...(torn === null
      ? []
      : [{what: 'log' as const, why: `its last line was never finished (${torn.bytes} bytes from byte ${torn.start} on)`}]),
    ...Array.from({length: newer}, () => ({what: 'log' as const, why: 'it is in a format that this version does not read'})),
    ...unknown.map(({record}) => ({
      what: 'event' as const,
      why: `events of the type ${record.event.type}, which this version does not know: the chain holds them, what they name was not looked at`,
    })),
  ];
}

/** Each reason once, with how often it came. */
export function tally(doubts: readonly Doubt[]): readonly Unproven[] {
  const counts = new Map<string, Unproven>();
  for (const {what, why} of doubts) counts.set(`${what} ${why}`, {what, why, count: (counts.get(`${what} ${why}`)?.count ?? 0) + 1});
  return [...counts.values()];
}

/** Not where a process has it open and is just writing that line, nor where the line is whole by now. */
async function isTorn({tail, bytes}: ReadLog, id: SessionId, catalogue: Catalogue): Promise<boolean> {
  if ((await catalogue.list()).some(entry => entry.id === id && entry.busy)) return false;
  let at = 0;
  for await (const chunk of catalogue.raw(id)?.bytes ?? []) {
    const from = Math.max(0, (tail?.start ?? bytes) - at);
    at += chunk.length;
    if (from < chunk.length && chunk.indexOf(0x0a, from) !== -1) return false;
  }
  return true;
}
