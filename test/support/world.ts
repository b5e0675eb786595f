import {mkdir, mkdtemp, readFile, realpath, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {onTestFinished} from 'vitest';
import {ripgrepSearch} from '../../src/adapters/files/ripgrep.ts';
import {workspaceFiles} from '../../src/adapters/files/workspace-files.ts';
import {blobStore} from '../../src/adapters/session/blob-store.ts';
import type {Ending, Tool, World} from '../../src/agent/tool.ts';
import type {BlobRef, CallId, Sha256} from '../../src/core/vocabulary/ids.ts';
import type {FileTouch} from '../../src/core/vocabulary/outcome.ts';

/** A folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'agent-test-')));
  onTestFinished(() => rm(folder, {recursive: true, force: true}));
  return folder;
}

export async function putFiles(root: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), {recursive: true});
    await writeFile(join(root, path), content);
  }
}

/** How one call of a tool went: its output as raw text, what it touched, and the failure where there was one. */
export type Called = {ending: Ending; out: string; touched: FileTouch[]};

export type TestWorld = {
  root: string;
  world: World;
  /** Parses the arguments as the loop does, runs the tool and remembers what it touched as a session would. */
  call: (tool: {schema: unknown}, input: unknown, signal?: AbortSignal) => Promise<Called>;
  text: (path: string) => Promise<string>;
  /** Stores an output as call `id` would have left it. */
  output: (id: string, bytes: Uint8Array | string) => Promise<BlobRef>;
};

/** Real files, real search and a real blob store in a temporary folder; no shell. */
export async function testWorld(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  options: {cwd?: string; granted?: string[]} = {},
): Promise<TestWorld> {
  const folder = await temporaryFolder();
  const root = join(folder, 'tree');
  await mkdir(join(root, options.cwd ?? ''), {recursive: true});
  await putFiles(root, files);
  const known = new Map<string, Sha256>();
  const outputs = new Map<string, BlobRef>();
  const blobs = blobStore(join(folder, 'blobs'));
  const cwd = join(root, options.cwd ?? '');
  const world: World = {
    files: workspaceFiles({root, cwd, granted: options.granted ?? []}),
    search: ripgrepSearch(),
    shell: noShell,
    blobs,
    cwd,
    root,
    env: {},
    shell_timeout_ms: 1_000,
    seen: shown => known.get(shown) ?? null,
    outputs: name => [...outputs].flatMap(([call, ref]) => (call === name || (name.length >= 8 && ref.startsWith(name)) ? [ref] : [])),
  };
  return {
    root,
    world,
    text: path => readFile(join(root, path), 'utf8'),
    async output(id, bytes) {
      const ref = await blobs.put(Buffer.from(bytes));
      outputs.set(id, ref);
      return ref;
    },
    async call(tool, input, signal = new AbortController().signal) {
      const called = await run(tool as Tool, input, {world, signal});
      for (const {path, sha256} of called.touched) {
        if (sha256 === null) known.delete(path);
        else known.set(path, sha256);
      }
      return called;
    },
  };
}

async function run(tool: Tool, input: unknown, {world, signal}: {world: World; signal: AbortSignal}): Promise<Called> {
  const parsed = tool.schema.safeParse(input);
  if (!parsed.success) {
    const message = parsed.error.issues.map(({path, message: words}) => `${path.join('.')}: ${words}`).join('; ');
    return {ending: {kind: 'failed', error: {code: 'bad-arguments', message, retryable: false}}, out: '', touched: []};
  }
  const parts: string[] = [];
  const touched: FileTouch[] = [];
  const ending = await tool.run(parsed.data, world, {
    id: '1.1' as CallId,
    idempotency_key: '0'.repeat(64) as Sha256,
    signal,
    out: bytes => {
      parts.push(Buffer.from(bytes as Uint8Array).toString('utf8'));
      return 'go-on';
    },
    spawned: () => undefined,
    ended: () => undefined,
    touched: touch => void touched.push(touch),
  });
  return {ending, out: parts.join(''), touched};
}

const noShell = new Proxy({} as World['shell'], {
  get() {
    throw new Error('A file tool used the shell.');
  },
});
