// Applies, and ends as by `kill -9` before the n-th change of a file or folder of the checkout.
import fs from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';

const {home, after, request} = JSON.parse(process.argv[2] ?? '') as {home: string; after: number; request: Parameters<Apply>[0]};
type Apply = ReturnType<typeof import('../../src/adapters/worktree/git-worktrees.ts').gitWorktrees>['apply'];

let left = after;
const changing = ['rename', 'unlink', 'rmdir', 'mkdir', 'symlink', 'open', 'rm', 'chmod'] as const;
for (const name of changing) {
  const real = fs[name] as (...args: unknown[]) => unknown;
  Object.assign(fs, {
    [name]: (...args: unknown[]) => {
      if (args.some(arg => String(arg).startsWith(`${request.repo}/`)) && --left === 0) {
        process.stdout.write('died\n');
        process.kill(process.pid, 'SIGKILL');
      }
      return real(...args);
    },
  });
}
syncBuiltinESMExports();

const {gitWorktrees} = await import('../../src/adapters/worktree/git-worktrees.ts');
await gitWorktrees({home, maxFileBytes: 1_000_000, dependencies: false}).apply(request);
process.stdout.write('finished\n');
