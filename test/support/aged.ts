import {lutimesSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

/** Makes everything below a folder two days old. */
export function makeOld(folder: string): void {
  const then = new Date(Date.now() - 48 * 3_600_000);
  for (const entry of readdirSync(folder, {withFileTypes: true})) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) makeOld(path);
    lutimesSync(path, then, then);
  }
}
