import {readFileSync} from 'node:fs';
import type {Recorded} from '../../../src/core/vocabulary/event.ts';

/** One operation of a run as `failpoint.mjs` tells it, when it begins or when it has happened. `at` is its place in that order. */
export type Operation = {
  at: number;
  n: number;
  op: string;
  path: string;
  /** Where a file was moved or linked to. */
  to?: string;
  /** What was written, for logs. */
  text?: string;
  /** Of a process that was started for a tool. */
  key?: string | null;
  phase: 'begins' | 'ends';
};

export function readTrace(file: string): readonly Operation[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line, at) => ({at, ...(JSON.parse(line) as Omit<Operation, 'at'>)}));
}

/** The records that a write to a log brought. */
export function recordsIn({op, path, text}: Operation): readonly Recorded[] {
  if (op !== 'write' || text === undefined || !path.includes('/sessions/')) return [];
  const lines = text.split('\n').filter(line => line !== '');
  return lines.map(line => JSON.parse(line) as Recorded);
}
