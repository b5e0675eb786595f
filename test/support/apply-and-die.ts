// Applies, and ends as by `kill -9` before the n-th change of a file or folder of the checkout.
import {gitWorktrees} from '../../src/adapters/worktree/git-worktrees.ts';
import type {ApplyRequest} from '../../src/ports/worktree.ts';
import {dieAfter} from './die-after.ts';

const {home, after, request} = JSON.parse(process.argv[2] ?? '') as {home: string; after: number; request: ApplyRequest};
dieAfter(after, request.repo);
await gitWorktrees({home, maxFileBytes: 1_000_000, dependencies: false}).apply(request);
process.stdout.write('finished\n');
