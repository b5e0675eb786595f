import fs from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';

/** This process ends as by `kill -9` before its n-th change of a file or folder below `root`. */
export function dieAfter(n: number, root: string): void {
  let left = n;
  const changing = ['rename', 'unlink', 'rmdir', 'mkdir', 'symlink', 'open', 'rm', 'chmod'] as const;
  for (const name of changing) {
    const real = fs[name] as (...args: unknown[]) => unknown;
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        if (args.some(arg => String(arg).startsWith(`${root}/`)) && --left === 0) {
          process.stdout.write('died\n');
          process.kill(process.pid, 'SIGKILL');
        }
        return real(...args);
      },
    });
  }
  syncBuiltinESMExports();
}
