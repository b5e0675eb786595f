import {appendFile, chmod, mkdir, readFile, rename, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';

/**
 * What was sent in earlier runs: one JSON string a line, since a prompt may have several lines. Only the user may read it. Entries are
 * written in the order of the calls, and `settled` waits for those that are still on their way.
 */
export type HistoryFile = {
  read: () => Promise<readonly string[]>;
  add: (text: string) => Promise<void>;
  settled: () => Promise<void>;
};

export function historyFile(path: string): HistoryFile {
  let last = Promise.resolve();
  const add = (text: string): Promise<void> => {
    const added = last.then(() => addEntry(path, text));
    last = added.catch(() => {});
    return added;
  };
  return {read: () => readEntries(path), add, settled: () => last};
}

const kept = 1_000;
const longest = 20_000;

async function readEntries(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '';
    throw error;
  });
  const lines = text.split('\n').filter(line => line !== '');
  const entries = lines.map(parse).filter(entry => entry !== null);
  if (lines.length > 2 * kept) await replace(path, entries.slice(-kept));
  return entries.slice(-kept);
}

// One write that only appends: several sessions may share the file.
async function addEntry(path: string, text: string): Promise<void> {
  if (text.length > longest) return;
  await mkdir(dirname(path), {recursive: true, mode: 0o700});
  await appendFile(path, `${JSON.stringify(text)}\n`, {mode: 0o600});
  await chmod(path, 0o600);
}

async function replace(path: string, entries: readonly string[]): Promise<void> {
  const fresh = `${path}.${process.pid}.tmp`;
  await writeFile(fresh, entries.map(entry => `${JSON.stringify(entry)}\n`).join(''), {mode: 0o600});
  await rename(fresh, path);
}

/** A line that another program, or half a write, left is passed over: the history is a convenience, and what it holds is on the logs too. */
function parse(line: string): string | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'string' ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
