import {join} from 'node:path';
import type {Check} from '../../ports/doctor.ts';
import {keyBytes} from '../../ports/secrets.ts';
import {statOf} from './stat-of.ts';

/** Secrets are masked, and the key that this needs is whole. */
export async function secretsCheck(home: string, enabled: boolean): Promise<Check> {
  const name = 'secrets';
  if (!enabled)
    return {name, state: 'warning', found: 'they are stored and shown as they are', mend: 'agent config unset redaction.enabled'};
  const file = join(home, 'redaction.key');
  const size = (await statOf(file))?.size ?? null;
  if (size === null) return {name, state: 'ok', found: 'masked; the key for it will be made when it is first needed', mend: null};
  if (size === keyBytes) return {name, state: 'ok', found: 'masked', mend: null};
  const mend = `bring ${file} back from a backup, or delete it: a new one is made, and gives secrets other placeholders`;
  return {name, state: 'failed', found: `${file} has ${size} bytes, not ${keyBytes}: no session can run`, mend};
}
