import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {randomBytes} from 'node:crypto';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {blobStore} from '../../src/adapters/session/blob-store.ts';
import {threadedLineReaders} from '../../src/adapters/threads/line-readers.ts';
import {capture} from '../../src/agent/capture.ts';
import type {Capture, CaptureOptions} from '../../src/agent/capture.ts';
import {placeholder} from '../../src/core/redaction/placeholder.ts';
import {shortBytes} from '../../src/agent/looking.ts';
import {createRedactor} from '../../src/core/redaction/redactor.ts';
import {defaultPolicy} from '../../src/core/truncation/policies.ts';
import {view} from '../../src/core/truncation/view.ts';
import {BlobRefused} from '../../src/ports/blobs.ts';
import {logOf, sha256} from '../contracts/blobs.ts';

const home = mkdtempSync(join(tmpdir(), 'capture-'));
afterAll(() => rmSync(home, {recursive: true, force: true}));

let folders = 0;
function started(options: Partial<CaptureOptions> = {}) {
  const folder = join(home, String(++folders));
  const blobs = blobStore(folder);
  const free = {bytes: 1e12, asked: 0};
  const freeDisk = async () => {
    free.asked++;
    return free.bytes;
  };
  const captured = capture({blobs, policy: defaultPolicy, label: '3.1', maxStored: 1e9, minFree: 1_000, freeDisk, ...options});
  return {folder, blobs, free, captured};
}

async function feed(captured: Capture, bytes: Buffer, chunk: number) {
  const answers: string[] = [];
  for (let at = 0; at < bytes.length; at += chunk) answers.push(await captured.out(bytes.subarray(at, at + chunk), 'stdout'));
  return answers;
}

test.each([
  [0, 1],
  [50, 7],
  [5_000, 100],
  [65_536, 4_096],
  [65_537, 4_096],
  [65_537, 65_537],
  [5_000_000, 65_536],
])('%i bytes in chunks of %i are all stored, and shown as their view', async (size, chunk) => {
  const {blobs, captured} = started();
  const bytes = logOf(size);
  expect(new Set(await feed(captured, bytes, chunk))).toEqual(new Set(size > 0 ? ['go-on'] : []));
  const excerpt = await captured.finish();
  const {text, same, ...cut} = view(bytes, defaultPolicy, '3.1');
  expect(excerpt).toEqual({...cut, blob: sha256(bytes), view: sha256(text)});
  expect(excerpt.view === excerpt.blob).toBe(same);
  expect(captured.text).toBe(Buffer.from(text).toString());
  expect(sha256(await blobs.get(excerpt.blob))).toBe(excerpt.blob);
  expect(Buffer.from(await blobs.get(excerpt.view)).toString()).toBe(captured.text);
  for (const {start, end, first} of excerpt.windows) {
    expect(await blobs.lineStart(excerpt.blob, first)).toBe(start);
    let window = '';
    for await (const piece of blobs.read(excerpt.blob, {start, end})) window += Buffer.from(piece).toString();
    expect(captured.text).toContain(window);
  }
});

describe('a long output is looked at in another thread', () => {
  const dying = `import {parentPort} from 'node:worker_threads'; let left = 4; parentPort.on('message', () => --left || process.exit(1));`;
  const threads = {
    'its thread': () => threadedLineReaders(),
    'a thread that dies in the middle': () => threadedLineReaders({program: new URL(`data:text/javascript,${dying}`)}),
    'a thread that cannot start': () => threadedLineReaders({program: new URL('file:///not/there.js')}),
  };
  const text = (size: number, seed: number) => {
    const lines: string[] = [];
    for (let [at, length] = [0, 0]; length < size; length += lines.at(-1)!.length, at++)
      lines.push(
        `${at * seed} of ${size} ${at % 401 === 0 ? 'error: it failed' : at % 7 === 0 ? `done ${'.'.repeat(at % 5_000)}` : 'step'}\n`,
      );
    return Buffer.from(lines.join('')).subarray(0, size);
  };

  test.each(Object.keys(threads) as (keyof typeof threads)[])(
    'with %s several outputs at once, of any size, are shown as their views',
    async kind => {
      const readers = threads[kind]();
      const sizes = [0, 40_000, shortBytes - 1, shortBytes, shortBytes + 1, shortBytes + 65_536, 5_000_000, 6_000_000];
      const shown = await Promise.all(
        sizes.map(async (size, at) => {
          const {blobs, captured} = started({readers});
          const bytes = text(size, at + 1);
          await feed(captured, bytes, 65_536 + at);
          return [await captured.finish(), captured.text, sha256(await blobs.get(sha256(bytes)))];
        }),
      );
      const expected = sizes.map((size, at) => {
        const bytes = text(size, at + 1);
        const {text: cut, same: _, ...rest} = view(bytes, defaultPolicy, '3.1');
        return [{...rest, blob: sha256(bytes), view: sha256(cut)}, Buffer.from(cut).toString(), sha256(bytes)];
      });
      expect(shown).toEqual(expected);
      await readers.rest();
    },
  );

  test('both of its pipes, in the order in which they spoke', async () => {
    const readers = threadedLineReaders();
    const [there, here] = [started({readers}), started()];
    const bytes = text(7_000_000, 3);
    for (const {captured} of [there, here]) {
      const answers: unknown[] = [];
      for (let at = 0; at < bytes.length; at += 99_991)
        answers.push(captured.out(bytes.subarray(at, at + 99_991), at % 3 === 0 ? 'stderr' : 'stdout'));
      await Promise.all(answers);
    }
    expect(await there.captured.finish()).toEqual(await here.captured.finish());
    expect(there.captured.text).toBe(here.captured.text);
    await readers.rest();
  });

  test('and no longer where it was abandoned, or cannot be stored', async () => {
    const readers = threadedLineReaders();
    const [left, unstored] = [started({readers}), started({readers})];
    await feed(left.captured, text(3_000_000, 1), 65_536);
    await left.captured.abandon();
    writeFileSync(unstored.folder, 'a file where the blobs should be');
    await expect(feed(unstored.captured, text(3_000_000, 1), 65_536)).rejects.toThrow(BlobRefused);
    await expect(unstored.captured.finish()).rejects.toThrow(BlobRefused);
    await readers.rest();
  });
});

test('two pipes that do not wait for each other keep the order in which they spoke', async () => {
  const {blobs, captured} = started();
  const parts = Array.from({length: 90}, (_, index) => Buffer.alloc(100_000, `${index % 10}`));
  const answers = parts.map((part, index) => captured.out(part, index % 3 === 0 ? 'stderr' : 'stdout'));
  await Promise.all(answers);
  const {blob, streams} = await captured.finish();
  expect(sha256(await blobs.get(blob))).toBe(sha256(Buffer.concat(parts)));
  expect(streams.stderr).toEqual({bytes: 3_000_000, lines: 1, sha256: sha256(Buffer.concat(parts.filter((_, index) => index % 3 === 0)))});
});

test('output over the limit is stopped, and what was taken is kept', async () => {
  const {blobs, captured} = started({maxStored: 2_000_000});
  const noise = randomBytes(12 << 20);
  const answers = await feed(captured, noise, 65_536);
  expect(answers.at(-1)).toBe('stop');
  expect(captured.overflowed).toBe(true);
  const {total, blob} = await captured.finish();
  expect(total.bytes).toBeGreaterThan(2_000_000);
  expect(total.bytes).toBeLessThan(8_000_000);
  expect(Buffer.from(await blobs.get(blob)).equals(noise.subarray(0, total.bytes))).toBe(true);
  expect(total.bytes).toBe(65_536 * answers.filter(answer => answer === 'go-on').length + 65_536);
});

test('output that would fill the disk is stopped', async () => {
  const {captured, free} = started();
  await feed(captured, Buffer.alloc(20 << 20), 1 << 20);
  expect([captured.overflowed, free.asked]).toEqual([false, 2]);
  free.bytes = 999;
  const answers = await feed(captured, Buffer.alloc(20 << 20), 1 << 20);
  expect([answers.at(-1), captured.overflowed, free.asked]).toEqual(['stop', true, 3]);
  expect((await captured.finish()).total.bytes).toBe(33 << 20);
});

test.each([10, 3 << 20])('%i bytes that cannot be stored are not shown', async size => {
  const {folder, captured} = started();
  mkdirSync(home, {recursive: true});
  writeFileSync(folder, 'a file where the blobs should be');
  const whole = async () => {
    await feed(captured, logOf(size), 65_536);
    await captured.finish();
  };
  await expect(whole()).rejects.toThrow(BlobRefused);
  await expect(captured.finish()).rejects.toThrow();
  expect(() => captured.text).toThrow();
});

test('an abandoned output leaves no file', async () => {
  const {folder, captured} = started();
  await feed(captured, logOf(2 << 20), 65_536);
  await captured.abandon();
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
});

test('what is stored, shown and passed on is the masked stream, the held end included', async () => {
  const secret = 'value-of-a-secret-1';
  const passed: string[] = [];
  const {blobs, captured} = started({
    redactor: createRedactor({key: new Uint8Array(32), known: [{kind: 'env', value: secret}]}),
    passed: (bytes, stream) => passed.push(`${stream} ${Buffer.from(bytes).toString()}`),
  });
  for (const piece of ['a ', secret.slice(0, 5), secret.slice(5), ' b\n', secret.slice(0, 8)])
    await captured.out(Buffer.from(piece), 'stdout');
  await captured.out(Buffer.from(`${secret}\n`), 'stderr');
  const excerpt = await captured.finish();
  const shown = placeholder('env', secret, new Uint8Array(32));
  const stored = `a ${shown} b\n${shown}\n${secret.slice(0, 8)}`;
  expect(Buffer.from(await blobs.get(excerpt.blob)).toString()).toBe(stored);
  expect([excerpt.stdout_sha256, excerpt.redactions]).toEqual([sha256(Buffer.from(stored)), 2]);
  expect(excerpt.streams.stderr.bytes).toBe(Buffer.byteLength(`${shown}\n`));
  expect(passed).toEqual(['stdout a ', `stdout ${shown}`, 'stdout  b\n', `stderr ${shown}\n`, `stdout ${secret.slice(0, 8)}`]);
});

test('what a redactor holds back, byte by byte and in large pieces, is kept in the end', async () => {
  const bytes = Buffer.from(`${'token ghp_'.repeat(9_000)}\n${logOf(200_000).toString()}\nAKIA`);
  for (const chunk of [1_000, 65_536]) {
    const {blobs, captured} = started({redactor: createRedactor({key: randomBytes(32), known: []})});
    for (let at = 0; at < bytes.length; at += chunk) {
      await captured.out(Buffer.from(bytes.subarray(at, at + chunk)), 'stdout');
      // Nothing new, and so nothing to pass on.
      await captured.out(Buffer.alloc(0), 'stderr');
    }
    const excerpt = await captured.finish();
    expect(Buffer.from(await blobs.get(excerpt.blob)).equals(bytes)).toBe(true);
  }
});
