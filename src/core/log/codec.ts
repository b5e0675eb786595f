import type {Recorded} from '../vocabulary/event.ts';
import type {Sha256} from '../vocabulary/ids.ts';
import {sha256} from './chain.ts';

/**
 * One record is one line. `hash` is its last key and is the sha256 of the line's own bytes before `,"hash":"`, so a line can be verified
 * without knowing its event type and without any canonical form.
 */
export function encode<Event extends {type: string}>(record: Omit<Recorded<Event>, 'hash'>): {line: string; hash: Sha256} {
  const {v, seq, at, prev, event} = record;
  const open = JSON.stringify({v, seq, at, prev, event}).slice(0, -1);
  const hash = sha256(open);
  return {line: `${open}${beforeHash}${hash}"}\n`, hash};
}

export type Decoded = {record: Recorded<{type: string}>} | {why: string};

/** Reads one line (without its 0x0A) that must follow the record `after`. Says why where it does not fit; never throws. */
export function decode(line: Uint8Array, after: {seq: number; hash: Sha256}): Decoded {
  const unsealed = unseal(line);
  return 'why' in unsealed ? unsealed : follows(unsealed, after);
}

/** What a line says, where its bytes are those that its hash is of: whatever stands before it, and whatever event it holds. */
export function unseal(line: Uint8Array): Unsealed | {why: string} {
  const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  const open = text.subarray(0, Math.max(0, text.length - tailLength));
  const tail = text.subarray(open.length).toString('latin1');
  const stated = /^,"hash":"([0-9a-f]{64})"\}$/.exec(tail)?.[1];
  if (stated === undefined) return {why: 'it does not end in a hash'};
  if (sha256(open) !== stated) return {why: 'its hash does not match its bytes'};
  const parsed = parse(`${open.toString('utf8')}}`);
  return 'why' in parsed ? parsed : {value: parsed.value, hash: stated as Sha256};
}

export type Unsealed = {value: unknown; hash: Sha256};

/** The record of a line that must follow the record `after`. */
export function follows({value, hash}: Unsealed, after: {seq: number; hash: Sha256}): Decoded {
  if (!isEnvelope(value)) return {why: 'it is not a record (v, seq, at, prev, event)'};
  if (value.v !== 1) return {why: `its format version is ${String(value.v)}, and this program reads version 1: install a newer one`};
  if (value.seq !== after.seq + 1) return {why: `it is record ${value.seq} where record ${after.seq + 1} belongs`};
  if (value.prev !== after.hash) return {why: 'it does not follow the record before it (prev differs)'};
  return {record: {...value, v: 1, hash}};
}

const beforeHash = ',"hash":"';
const tailLength = beforeHash.length + 64 + 2;

function parse(text: string): {value: unknown} | {why: string} {
  try {
    return {value: JSON.parse(text)};
  } catch (error) {
    return {why: `it is not JSON (${error instanceof Error ? error.message : String(error)})`};
  }
}

type Envelope = Omit<Recorded<{type: string}>, 'hash' | 'v'> & {v: unknown};

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null) return false;
  const {seq, at, prev, event} = value as Record<string, unknown>;
  if (typeof seq !== 'number' || typeof at !== 'string' || typeof prev !== 'string') return false;
  return typeof event === 'object' && event !== null && typeof (event as Record<string, unknown>)['type'] === 'string';
}
