import {globSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {BlobChecks} from '../../../src/agent/verify/blob-checks.ts';
import {readLog} from '../../../src/agent/verify/read-log.ts';
import {verifyStore} from '../../../src/agent/verify/verify-store.ts';
import {checkHomeEvent, checkSessionEvent} from '../../../src/core/log/event-schema.ts';
import type {BlobRef} from '../../../src/core/vocabulary/ids.ts';
import {temporaryFolder} from '../../support/git-repository.ts';
import {provenSession, type ProvenSession} from '../../support/proven-session.ts';

const home = temporaryFolder();
let at: ProvenSession;
beforeAll(async () => (at = await provenSession(home)));
afterAll(() => rmSync(home, {recursive: true, force: true}));

const verified = () => verifyStore([at.id], at, {passed: () => {}, done: () => {}});

test('untouched, everything is proven', async () => {
  const {verdict, sessions} = await verified();
  expect(sessions[0]).toMatchObject({
    faults: [],
    unproven: [],
    log: {records: 13, anchored: 12, since_anchor: 0, torn: null},
    blobs: {named: 11},
    views: {same: 3, hash_only: 0, interleaved: 1},
    requests: {agree: 2, not_built: 0},
  });
  expect(verdict).toBe('proven');
});

/** Each byte with one of its bits flipped, another bit each time. */
function* flips(bytes: Buffer): Generator<{offset: number; flipped: Buffer}> {
  for (let offset = 0; offset < bytes.length; offset++) {
    const flipped = Buffer.from(bytes);
    flipped[offset]! ^= 1 << (offset % 8);
    yield {offset, flipped};
  }
}

const lineOf = (bytes: Buffer, offset: number): number => bytes.subarray(0, offset).filter(byte => byte === 0x0a).length + 1;

describe('every flipped byte is found, in its line', () => {
  test.each(['session', 'home'] as const)('of the %s log', async which => {
    const file = which === 'home' ? at.homeFile : at.file;
    const name = which === 'home' ? 'home' : at.id;
    const check = which === 'home' ? checkHomeEvent : checkSessionEvent;
    const bytes = readFileSync(file);
    for (const {offset, flipped} of flips(bytes)) {
      const {faults} = await readLog({file, bytes: [flipped] as unknown as AsyncIterable<Uint8Array>}, {name, check, next: ''});
      const {line, bytes: range} = faults[0] ?? {line: null, bytes: null};
      // A line end that is flipped joins two lines: the joined one begins where the first did.
      expect(line, `byte ${offset}`).toBe(lineOf(bytes, offset));
      expect(range!.start <= offset && offset < range!.end, `byte ${offset} in ${JSON.stringify(range)}`).toBe(true);
    }
  });

  test('of every blob, views and originals alike, with its file', async () => {
    for (const path of globSync('blobs/*/*.zst', {cwd: home}).map(found => join(home, found))) {
      const bytes = readFileSync(path);
      for (const {offset, flipped} of flips(bytes)) {
        writeFileSync(path, flipped);
        const fault = await new BlobChecks(at.blobs).check(basename(path, '.zst') as BlobRef);
        expect(fault?.file, `byte ${offset}`).toBe(path);
        expect(fault!.bytes!.start <= offset && offset < fault!.bytes!.end, `byte ${offset} of ${path}`).toBe(true);
      }
      // And the whole way, once a file: the record that names it first is named.
      writeFileSync(path, [...flips(bytes)].at(-1)!.flipped);
      const {verdict, sessions} = await verified();
      expect(verdict).toBe('faulty');
      expect(sessions[0]!.faults[0]).toMatchObject({what: 'blob', file: path});
      writeFileSync(path, bytes);
    }
    expect((await verified()).verdict).toBe('proven');
  });
});

describe('a log that lost, gained or moved lines', () => {
  const withLines = async (lines: readonly string[]) => {
    const before = readFileSync(at.file);
    writeFileSync(at.file, lines.map(line => `${line}\n`).join(''));
    const proof = await verified();
    writeFileSync(at.file, before);
    return proof.sessions[0]!;
  };
  const linesNow = () => readFileSync(at.file, 'utf8').split('\n').slice(0, -1);

  test('a removed line, whichever', async () => {
    const lines = linesNow();
    for (const index of lines.keys()) {
      const {verdict, faults} = await withLines(lines.toSpliced(index, 1));
      expect(verdict).toBe('faulty');
      expect(faults[0]?.line, `without line ${index + 1}`).toBe(index + 1);
      expect(faults.filter(({what}) => what === 'log' || what === 'anchor')).toHaveLength(1);
    }
  });

  test('a doubled line, whichever', async () => {
    const lines = linesNow();
    for (const [index, line] of lines.entries()) {
      const {faults} = await withLines(lines.toSpliced(index, 0, line));
      expect(
        faults.map(fault => fault.line),
        `line ${index + 1} twice`,
      ).toEqual([index + 2]);
    }
  });

  test('any two lines exchanged', async () => {
    const lines = linesNow();
    for (const a of lines.keys())
      for (let b = a + 1; b < lines.length; b++) {
        const moved = lines.with(a, lines[b]!).with(b, lines[a]!);
        expect((await withLines(moved)).faults[0]?.line, `${a} and ${b}`).toBe(a + 1);
      }
  });

  test('a line put in between is one fault', async () => {
    const lines = linesNow();
    for (const index of lines.keys()) {
      const {faults} = await withLines(lines.toSpliced(index, 0, 'spoiled'));
      expect(faults.map(({line}) => line)).toEqual([index + 1]);
    }
  });

  test('shortened by any number of whole lines', async () => {
    const lines = linesNow();
    for (const left of lines.keys()) {
      const {verdict, faults} = await withLines(lines.slice(0, left));
      expect(verdict).toBe('faulty');
      expect(faults[0]).toMatchObject({what: 'anchor', line: left + 1, seq: left});
    }
  });

  test('cut off at any byte', async () => {
    const before = readFileSync(at.file);
    for (let left = 0; left < before.length; left += 131) {
      writeFileSync(at.file, before.subarray(0, left));
      expect((await verified()).sessions[0]!.faults[0]).toMatchObject({what: 'anchor'});
    }
    writeFileSync(at.file, before);
  });
});
