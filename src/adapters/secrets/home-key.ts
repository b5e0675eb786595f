import {randomBytes} from 'node:crypto';
import {closeSync, fsyncSync, linkSync, openSync, readdirSync, readFileSync, rmSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {keyBytes, SecretsRefused} from '../../ports/secrets.ts';

/**
 * The key that placeholders are made with: 32 random bytes in the home (which must be there), for this user's eyes only. Made once; of two processes that make it
 * at the same moment one wins, and both use that. A damaged one is never replaced: the placeholders of every past session hang on it.
 */
export function homeKey(home: string): Uint8Array {
  const file = join(home, 'redaction.key');
  const key = read(file) ?? made(file, home);
  tidy(home);
  if (key.length === keyBytes) return key;
  throw new SecretsRefused(
    `${file} is damaged: it has ${key.length} bytes, not ${keyBytes}. Secrets are masked with it, so nothing runs without it.\nBring it back from a backup; or delete it, and a new one is made: then the same secret gets another placeholder than in past sessions.`,
  );
}

function read(file: string): Uint8Array | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw cannot('read', file, error);
  }
}

/** A whole file under another name first, then linked: whoever reads it reads 32 bytes, or nothing. */
function made(file: string, home: string): Uint8Array {
  const temporary = join(home, `.redaction-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeWhole(temporary, randomBytes(keyBytes));
    linkSync(temporary, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw cannot('be made', file, error);
  } finally {
    rmSync(temporary, {force: true});
  }
  return read(file) ?? new Uint8Array();
}

/** What a program left that was stopped while it made the key. */
function tidy(home: string): void {
  for (const name of readdirSync(home)) {
    const pid = Number(/^\.redaction-(\d+)-[0-9a-f]{12}\.tmp$/.exec(name)?.[1] ?? 0);
    if (pid > 0 && !isRunning(pid)) rmSync(join(home, name), {force: true});
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

function writeWhole(file: string, bytes: Uint8Array): void {
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, bytes);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function cannot(what: string, file: string, cause: unknown): SecretsRefused {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SecretsRefused(
    `${file} cannot ${what}: ${why}\nSecrets are masked with it, so nothing runs without it. See: agent doctor. To work without masking: agent config set redaction.enabled false`,
    {cause},
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
