import {createHash} from 'node:crypto';
import {Growing} from '../log/growing.ts';
import {pack, unpack, type Packed} from '../log/packed.ts';
import {StoredLines} from '../log/stored-lines.ts';
import type {LogPoint} from '../vocabulary/log-point.ts';
import type {SessionState} from './session-state.ts';

/** The folded state behind a record. `build` names the folds that made it: of another build it is none. */
export type Snapshot = {build: string; behind: LogPoint; state: SessionState};

/**
 * Lines of JSON: the sha256 of all that follows, a header, the state, and the long lists of it, an item a line. The lists are read when they are asked for: the loop asks for
 * few of their items.
 */
export function encodeSnapshot({build, behind, state}: Snapshot): readonly Uint8Array[] {
  const lists = longLists(state);
  const packed = pack(state, new Map(Object.entries(lists).map(([name, list]) => [list, name])));
  const body = Buffer.from(`${JSON.stringify(packed)}\n`);
  const parts = Object.entries(lists).map(([name, list]) => ({name, items: list.length, chunks: [...linesOf(list)]}));
  const header: Header = {
    v: 1,
    build,
    behind,
    state: body.length,
    lists: parts.map(({name, items, chunks}) => ({name, items, bytes: chunks.reduce((sum, {length}) => sum + length, 0)})),
  };
  const rest = [Buffer.from(`${JSON.stringify(header)}\n`), body, ...parts.flatMap(({chunks}) => chunks)];
  return [Buffer.from(`${hashOf(rest)}\n`), ...rest];
}

/** Null where it is of another build, or is not what was written. */
export function decodeSnapshot(bytes: Uint8Array, build: string): Snapshot | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rest = text.subarray(hashLength + 1);
  // Of another build it is told by the header alone; what is of this one must be whole.
  if (
    !rest.subarray(0, 200).includes(JSON.stringify(build)) ||
    text.subarray(0, hashLength + 1).toString('latin1') !== `${hashOf([rest])}\n`
  )
    return null;
  const end = rest.indexOf(0x0a);
  const header = JSON.parse(rest.subarray(0, end).toString('utf8')) as Header;
  if (header.v !== 1 || header.build !== build) return null;
  return {build, behind: header.behind, state: stateIn(rest.subarray(end + 1), header)};
}

type Header = {
  v: number;
  build: string;
  behind: LogPoint;
  /** Bytes of the state's line, and then of each list. */
  state: number;
  lists: readonly {name: string; items: number; bytes: number}[];
};

const hashLength = 64;

/** What grows as long as the session does, and is rarely looked into. */
const longLists = ({outputs, called, marks, storms}: SessionState) =>
  ({outputs, called, marks: marks.marks, trees: marks.trees, storms: storms.ended}) satisfies Record<string, Growing<unknown>>;

/** What was stored already is not made anew. */
function* linesOf(list: Growing<unknown>): Generator<Uint8Array> {
  const {stored} = list;
  const before = stored instanceof StoredLines ? stored.length : 0;
  if (stored instanceof StoredLines) yield stored.bytes;
  let lines: string[] = [];
  for (const item of list.from(before)) {
    if (lines.push(`${JSON.stringify(pack(item).value)}\n`) < linesAtOnce) continue;
    yield Buffer.from(lines.join(''));
    lines = [];
  }
  yield Buffer.from(lines.join(''));
}

const linesAtOnce = 1_000;

function hashOf(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function stateIn(bytes: Buffer, {state, lists}: Header): SessionState {
  const long = new Map<string, Growing<unknown>>();
  let at = state;
  for (const {name, items, bytes: length} of lists) {
    long.set(name, new Growing<unknown>([], 0, new StoredLines(bytes.subarray(at, at + length), items, item)));
    at += length;
  }
  const packed = JSON.parse(bytes.subarray(0, state).toString('utf8')) as Packed;
  return unpack(packed, name => long.get(name)) as SessionState;
}

const item = (value: unknown): unknown => unpack({items: [], value});
