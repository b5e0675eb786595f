import type {Sha256} from '../../core/vocabulary/ids.ts';
import type {Range, ReadableLine} from '../../ports/log-repairing.ts';
import type {Scanned} from './scan-lines.ts';

/**
 * What can be made of a damaged log. `whole`: the hashes prove that its records are all there, only not as they should lie. `broken`: `kept` is as far as the chain holds, and what could
 * be read behind it is `behind`. Bytes are those of lines that cannot be read.
 */
export type RepairPlan =
  | {kind: 'sound'}
  | {kind: 'whole'; kept: readonly ReadableLine[]; dropped: number}
  | {kind: 'broken'; kept: readonly ReadableLine[]; lost: {from: number; to: number; bytes: number}; behind: Behind};

/** Ranges of the file, as they lie in it, from the first readable record behind the damage on; what stands between is in them too. */
export type Behind = {ranges: readonly Range[]; readable: readonly ReadableLine[]};

export function planRepair(scanned: Scanned): RepairPlan {
  const {lines} = scanned;
  const readable = lines.filter((line): line is ReadableLine => line.hash !== null);
  const kept = chainFrom(scanned.start, readable);
  if (kept.length === lines.length && scanned.ended && kept.every(({line}, at) => line === at + 1)) return {kind: 'sound'};
  // A record with a number that the chain has is a copy, or of another history: nothing is lost with it.
  const others = readable.filter(({seq}) => seq > (kept.at(-1)?.seq ?? -1));
  const end = kept.reduce((last, {line}) => Math.max(last, line), 0);
  // Behind the last record nothing proves that a line which cannot be read was no other.
  const isProven = scanned.ended && kept.length > 0 && lines.every(({line, hash}) => line <= end || hash !== null);
  if (others.length === 0 && isProven) return {kind: 'whole', kept, dropped: lines.length - kept.length};
  return {kind: 'broken', kept, ...brokenAt(scanned, kept, others)};
}

/** Each record names the hash of the one before it, so they find their order wherever they lie. */
function chainFrom(start: Sha256, readable: readonly ReadableLine[]): readonly ReadableLine[] {
  const next = new Map<string, ReadableLine>();
  for (const line of readable) if (!next.has(`${line.seq} ${line.prev}`)) next.set(`${line.seq} ${line.prev}`, line);
  const chain: ReadableLine[] = [];
  for (let line = next.get(`0 ${start}`); line !== undefined; line = next.get(`${line.seq + 1} ${line.hash}`)) chain.push(line);
  return chain;
}

type Broken = Omit<Extract<RepairPlan, {kind: 'broken'}>, 'kind' | 'kept'>;

function brokenAt({lines, bytes, torn}: Scanned, kept: readonly ReadableLine[], others: readonly ReadableLine[]): Broken {
  const taken = new Set(kept.map(({line}) => line));
  const hashes = new Set(kept.map(({hash}) => hash));
  const first = others[0]?.line ?? Infinity;
  const unreadable = lines.filter(({line, hash}) => hash === null && line < first);
  const end = kept.at(-1)?.line ?? 0;
  const from = unreadable[0]?.line ?? end + 1;
  const tail = first === Infinity ? torn : 0;
  const to = tail > 0 ? lines.length + 1 : (unreadable.at(-1)?.line ?? from - 1);
  const lost = {from, to, bytes: unreadable.reduce((sum, line) => sum + line.end - line.start, 0) + tail};
  if (first === Infinity) return {lost, behind: {ranges: [], readable: []}};
  const after = lines.filter(({line, hash}) => line >= first && !taken.has(line) && (hash === null || !hashes.has(hash)));
  const ranges = joined([...after, {start: bytes - torn, end: bytes}]);
  return {lost, behind: {ranges, readable: others}};
}

/** Ranges that touch become one. */
export function joined(ranges: readonly Range[]): readonly Range[] {
  const found: Range[] = [];
  for (const {start, end} of ranges) {
    const last = found.at(-1);
    if (last?.end === start) last.end = end;
    else if (end > start) found.push({start, end});
  }
  return found;
}
