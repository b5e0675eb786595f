/**
 * Stops a real run of the program at one chosen operation: loaded in front of it (`NODE_OPTIONS=--import=…`), it counts every call that
 * changes something outside — writes, fsyncs, renames, links, removals, new files and folders, processes started and what is sent to them.
 *
 * FAILPOINT=after:K    ends the process as by `kill -9` when the K-th operation has happened
 * FAILPOINT=before:K   the same, before it happens
 * FAILPOINT=torn:K     the K-th write reaches the file only up to its half, as in a power cut
 * FAILPOINT=almost:K   the K-th write lacks its last byte
 * FAILPOINT=cut:K      the power goes when the K-th operation has happened: see `power-cut.mjs`
 * FAILPOINT=empty:K    the same, and files that were never synced are left without content
 * FAILPOINT=step       before every operation a dot goes to stdout, and a byte of stdin is waited for
 * FAILPOINT=signal:K   an interrupt (Ctrl+C) comes just before the K-th operation, which then goes on
 *
 * Several may be given, with commas between them. With `effects` among them only writes, fsyncs, new names and processes are counted.
 *
 * FAILPOINT_TRACE=FILE every operation, as a line of JSON when it begins and one when it has happened
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import {syncBuiltinESMExports} from 'node:module';
import * as power from './power-cut.mjs';

const points = new Set((process.env.FAILPOINT ?? '').split(','));
const is = (mode, n) => points.has(`${mode}:${n}`);
const countsWritesOnly = /torn|almost/.test(process.env.FAILPOINT ?? '');
const effects = new Set(['write', 'writeFile', 'appendFile', 'copyFile', 'fsync', 'fdatasync', 'rename', 'link', 'unlink', 'spawn']);
const counts = (op, {key}) => !points.has('effects') || effects.has(op) || (op === 'stdin' && key !== null);
const {openSync, readSync, writeSync, writeFileSync} = fs;
const trace = process.env.FAILPOINT_TRACE === undefined ? null : openSync(process.env.FAILPOINT_TRACE, 'a', 0o600);
// What the program starts is not to be stopped, nor to find these.
for (const name of ['NODE_OPTIONS', 'FAILPOINT', 'FAILPOINT_TRACE']) delete process.env[name];

const paths = new Map();
const cuts = [...points].some(point => /^(cut|empty):/.test(point));
/** Whoever holds the file open goes on to name it as it is called now. */
const moved = (from, to) => paths.forEach((path, fd) => path === from && paths.set(fd, to));
let count = 0;

function begin(op, about, bytes) {
  if ((countsWritesOnly && bytes === undefined) || !counts(op, about)) {
    if (cuts) power.before(0, op, about);
    return 0;
  }
  const n = ++count;
  if (cuts) power.before(n, op, about);
  tell({n, op, ...about, phase: 'begins'});
  if (points.has('step')) awaitStep();
  if (is('before', n)) die();
  if (is('signal', n)) process.kill(process.pid, 'SIGINT');
  return n;
}

function awaitStep() {
  writeSync(1, '.');
  readSync(0, Buffer.alloc(1));
}

function end(n, op, about) {
  if (cuts) power.after(n, op, about, moved);
  for (const empty of [false, true]) {
    if (!is(empty ? 'empty' : 'cut', n)) continue;
    power.cut(empty);
    die();
  }
  tell({n, op, ...about, phase: 'ends'});
  if (is('after', n)) die();
}

function die() {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

function tell(line) {
  if (trace !== null) writeSync(trace, `${JSON.stringify(line)}\n`);
}

const pathOf = target => (typeof target === 'number' ? (paths.get(target) ?? `fd ${target}`) : String(target));

/** The part of a write that reaches the file, where this is the one that is torn. */
function tornPart(n, bytes) {
  if (is('torn', n)) return bytes.subarray(0, bytes.length >> 1);
  return is('almost', n) ? bytes.subarray(0, bytes.length - 1) : null;
}

const asBytes = (data, offset, length) =>
  typeof data === 'string'
    ? Buffer.from(data)
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength).subarray(offset ?? 0, (offset ?? 0) + (length ?? data.byteLength));

const logText = (path, bytes) => (path.endsWith('log.jsonl') ? {text: bytes.toString('utf8')} : {});

/** Replaces `object[name]` by what `make` makes of it, with everything that hangs on it (such as how it is promisified). */
function replace(object, name, make) {
  const real = object[name];
  const made = make(real);
  for (const key of Reflect.ownKeys(real))
    if (!['length', 'name', 'prototype'].includes(key)) Object.defineProperty(made, key, Object.getOwnPropertyDescriptor(real, key));
  object[name] = made;
}

const opensForWriting = flags =>
  typeof flags === 'number' ? (flags & (fs.constants.O_CREAT | fs.constants.O_TRUNC)) !== 0 : /[wa]/.test(flags ?? 'r');

/** How the arguments of each function name what it changes; null where such a call changes nothing. */
const plain = args => ({path: pathOf(args[0])});
const between = args => ({path: pathOf(args[0]), to: String(args[1])});
const changing = {
  rename: between,
  link: between,
  symlink: between,
  copyFile: between,
  cp: between,
  unlink: plain,
  rm: plain,
  rmdir: plain,
  mkdir: plain,
  mkdtemp: plain,
  truncate: plain,
  ftruncate: plain,
  chmod: plain,
  utimes: plain,
  fsync: plain,
  fdatasync: plain,
  open: args => (opensForWriting(args[1]) ? plain(args) : null),
};

for (const [name, describe] of Object.entries(changing)) {
  if (`${name}Sync` in fs) replace(fs, `${name}Sync`, real => syncCall(real, name, describe));
  if (name in fs) replace(fs, name, real => callbackCall(real, name, describe));
  if (name in fs.promises) replace(fs.promises, name, real => promiseCall(real, name, describe));
}

function syncCall(real, op, describe) {
  return function (...args) {
    const about = describe(args);
    const n = about === null ? 0 : begin(op, about);
    try {
      const result = real.apply(this, args);
      if (op === 'open') paths.set(result, String(args[0]));
      return result;
    } finally {
      if (about !== null) end(n, op, about);
    }
  };
}

function callbackCall(real, op, describe) {
  return function (...args) {
    const about = describe(args);
    const callback = args.at(-1);
    if (about === null || typeof callback !== 'function') return real.apply(this, args);
    const n = begin(op, about);
    return real.apply(this, [...args.slice(0, -1), (...results) => (end(n, op, about), callback(...results))]);
  };
}

function promiseCall(real, op, describe) {
  return async function (...args) {
    const about = describe(args);
    const n = about === null ? 0 : begin(op, about);
    try {
      const result = await real.apply(this, args);
      if (op === 'open') paths.set(result.fd, String(args[0]));
      return result;
    } finally {
      if (about !== null) end(n, op, about);
    }
  };
}

replace(
  fs,
  'writeSync',
  real =>
    function (fd, data, offset, length, position) {
      const bytes = asBytes(data, typeof data === 'string' ? 0 : offset, typeof data === 'string' ? undefined : length);
      const about = {path: pathOf(fd), ...logText(pathOf(fd), bytes)};
      const n = begin('write', about, bytes);
      tear(n, bytes, part => real(fd, part, 0, part.length, typeof data === 'string' ? offset : position));
      const result = real(fd, data, offset, length, position);
      end(n, 'write', about);
      return result;
    },
);

replace(
  fs,
  'write',
  real =>
    function (fd, data, ...rest) {
      const callback = rest.pop();
      const bytes = asBytes(data, rest[0], rest[1]);
      const about = {path: pathOf(fd)};
      const n = begin('write', about, bytes);
      tear(n, bytes, part => writeSync(fd, part, 0, part.length, rest[2]));
      real(fd, data, ...rest, (...results) => (end(n, 'write', about), callback(...results)));
    },
);

for (const name of ['writeFile', 'appendFile']) {
  replace(fs, `${name}Sync`, real => (target, data, options) => {
    const n = begin(name, {path: pathOf(target)}, asBytes(data));
    tear(n, asBytes(data), part => real(target, part, options));
    real(target, data, options);
    end(n, name, {path: pathOf(target)});
  });
  replace(fs.promises, name, real => async (target, data, options) => {
    if (typeof data !== 'string' && !ArrayBuffer.isView(data)) return real(target, data, options);
    const path = typeof target === 'object' ? pathOf(target.fd) : String(target);
    const n = begin(name, {path}, asBytes(data));
    tear(n, asBytes(data), part => (typeof target === 'object' ? writeSync(target.fd, part) : writeFileSync(target, part, options)));
    await real(target, data, options);
    end(n, name, {path});
  });
}

function tear(n, bytes, write) {
  const part = tornPart(n, bytes);
  if (part === null) return;
  write(part);
  die();
}

const handle = await fs.promises.open(new URL(import.meta.url), 'r');
const fileHandle = Object.getPrototypeOf(handle);
await handle.close();

for (const name of ['sync', 'datasync', 'truncate', 'chmod']) {
  const op = {sync: 'fsync', datasync: 'fdatasync'}[name] ?? name;
  replace(
    fileHandle,
    name,
    real =>
      async function (...args) {
        const n = begin(op, {path: pathOf(this.fd)});
        const result = await real.apply(this, args);
        end(n, op, {path: pathOf(this.fd)});
        return result;
      },
  );
}

for (const name of ['write', 'writeFile', 'appendFile']) {
  replace(
    fileHandle,
    name,
    real =>
      async function (data, ...rest) {
        if (typeof data !== 'string' && !ArrayBuffer.isView(data)) return real.call(this, data, ...rest);
        const path = pathOf(this.fd);
        const n = begin('write', {path}, asBytes(data));
        tear(n, asBytes(data), part => writeSync(this.fd, part));
        const result = await real.call(this, data, ...rest);
        end(n, 'write', {path});
        return result;
      },
  );
}

for (const name of ['spawn', 'execFile', 'exec', 'fork', 'spawnSync', 'execFileSync', 'execSync']) {
  replace(
    childProcess,
    name,
    real =>
      function (...args) {
        const about = {
          path: String(args[0]),
          args: Array.isArray(args[1]) ? args[1].map(arg => String(arg).slice(0, 200)) : [],
          key: keyOf(args),
        };
        const n = begin('spawn', about);
        const child = real.apply(this, args);
        end(n, 'spawn', about);
        if (child.stdin) countStdin(child.stdin, about);
        return child;
      },
  );
}

const keyOf = args => args.find(arg => arg?.env !== undefined)?.env.AGENT_IDEMPOTENCY_KEY ?? null;

/** What a process is sent, such as the line that opens a command's gate. */
function countStdin(stdin, about) {
  const real = stdin.end;
  stdin.end = function (...args) {
    const n = begin('stdin', about);
    const result = real.apply(this, args);
    end(n, 'stdin', about);
    return result;
  };
}

syncBuiltinESMExports();
