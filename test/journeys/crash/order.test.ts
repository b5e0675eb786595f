import {join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import type {Recorded, SessionEvent} from '../../../src/core/vocabulary/event.ts';
import {whole} from '../../support/crash/reference.ts';
import {begin, makeScene} from '../../support/crash/scene.ts';
import {readTrace, recordsIn, type Operation} from '../../support/crash/trace.ts';

// One undisturbed run, every operation of it in the order in which it began and ended.
let trace: readonly Operation[] = [];

beforeAll(async () => {
  const scene = makeScene(whole);
  const file = join(scene.root, 'trace');
  const {code, stderr} = await begin(scene, null, file).ended;
  expect(code, stderr).toBe(0);
  trace = readTrace(file);
  scene.leave();
});

type At<Type extends SessionEvent['type']> = {at: number; event: Extract<SessionEvent, {type: Type}>};

/** The records of one type, with the moments at which their write began or ended. */
function written<Type extends SessionEvent['type']>(type: Type, phase: Operation['phase']): readonly At<Type>[] {
  const writes = trace.filter(operation => operation.phase === phase);
  const found = writes.flatMap(operation => recordsIn(operation).map(({event}: Recorded) => ({at: operation.at, event})));
  return found.filter((one): one is At<Type> => one.event.type === type);
}

const firstAfter = (at: number, holds: (operation: Operation) => boolean) => trace.find(operation => operation.at > at && holds(operation));
const isLogSync = ({op, path}: Operation) => op === 'fdatasync' && path.includes('/sessions/') && path.endsWith('log.jsonl');
const inWorktree = ({op, to, path}: Operation) =>
  (op === 'rename' || op === 'link') && (to ?? '').startsWith('/proc/self/fd/') && path.includes('.agent-');

test('the start of a call is on the disk before its process is started or its file is written', () => {
  const started = written('tool.started', 'ends');
  expect(started).toHaveLength(9);
  const allowed = written('tool.judged', 'ends').filter(({event}) => event.verdict.kind === 'allow');
  for (const {at, event} of started) {
    expect(allowed.some(one => one.at < at && one.event.call === event.call)).toBe(true);
    const synced = firstAfter(at, operation => isLogSync(operation) && operation.phase === 'begins');
    const done = trace.find(operation => operation.n === synced?.n && operation.phase === 'ends');
    const spawned = trace.filter(({op, key, phase}) => op === 'spawn' && key === event.idempotency_key && phase === 'begins');
    expect(done).toBeDefined();
    for (const effect of spawned) expect(effect.at).toBeGreaterThan(done?.at ?? Infinity);
  }
  const keys = new Set(started.map(({event}): string => event.idempotency_key));
  const effects = trace.filter(({op, key, phase}) => op === 'spawn' && phase === 'begins' && typeof key === 'string');
  expect(effects).toHaveLength(4);
  expect(effects.every(({key}) => keys.has(key ?? ''))).toBe(true);
});

test('a group is on the log before the gate of its command is opened', () => {
  const spawned = written('process.spawned', 'ends');
  const gates = trace.filter(({op, key, phase}) => op === 'stdin' && phase === 'begins' && typeof key === 'string');
  expect(gates).toHaveLength(4);
  const keyOf = new Map(written('tool.started', 'ends').map(({event}) => [event.call, event.idempotency_key]));
  for (const gate of gates) expect(spawned.some(({at, event}) => at < gate.at && keyOf.get(event.call) === gate.key)).toBe(true);
});

test('an edit and a new file get their names only after the start of their call is on the disk', () => {
  const renames = trace.filter(operation => inWorktree(operation) && operation.phase === 'begins');
  if (process.platform !== 'linux') return;
  expect(renames).toHaveLength(2);
  const calls = ['2.2', '2.3'];
  for (const [index, rename] of renames.entries()) {
    const start = written('tool.started', 'ends').find(({event}) => event.call === calls[index]);
    const synced = firstAfter(start?.at ?? Infinity, operation => isLogSync(operation) && operation.phase === 'ends');
    expect(synced?.at).toBeLessThan(rename.at);
  }
});

test('a blob is whole, named and on the disk before a record names it', () => {
  const named = written('tool.finished', 'begins').flatMap(({at, event}) => {
    const shown = 'shown' in event.outcome ? event.outcome.shown : undefined;
    return shown === undefined ? [] : [{at, blob: shown.blob, view: shown.view}];
  });
  expect(named).toHaveLength(9);
  for (const {at, blob, view} of named) {
    const placed = (ref: string) =>
      trace.findLast(
        operation =>
          operation.at < at && operation.op === 'rename' && operation.phase === 'ends' && (operation.to ?? '').endsWith(`${ref}.zst`),
      );
    expect(placed(view)).toBeDefined();
    const temporary = placed(blob)?.path;
    const ends = trace.filter(operation => operation.at < at && operation.phase === 'ends' && operation.path === temporary);
    expect(
      ends
        .map(({op}) => op)
        .filter(op => op === 'write' || op === 'fsync')
        .at(-1),
    ).toBe('fsync');
  }
});

test('a call costs at most three fsyncs of log and blobs, in a step with others two, and a write two of its own', () => {
  const syncs = trace.filter(({op, phase}) => (op === 'fsync' || op === 'fdatasync') && phase === 'begins');
  const replies = written('model.replied', 'ends').map(({at}) => at);
  const steps = replies.slice(0, -1).map((from, step) => {
    const within = ({at}: {at: number}) => at > from && at < (replies[step + 1] ?? 0);
    const ofFiles = syncs.filter(within).filter(({path}) => path.includes('.agent-') || path.includes('/worktrees/')).length;
    return {calls: written('tool.started', 'ends').filter(within).length, fsyncs: syncs.filter(within).length - ofFiles, ofFiles};
  });
  expect(steps.map(({calls}) => calls)).toEqual([3, 3, 2, 1]);
  for (const {calls, fsyncs} of steps) expect(fsyncs).toBeLessThanOrEqual(2 * calls + 1);
  expect(steps.map(({ofFiles}) => ofFiles)).toEqual([0, 4, 0, 0]);
});
