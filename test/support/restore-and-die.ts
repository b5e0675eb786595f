// Restores a tree, and ends as by `kill -9` before the n-th change of a file or folder of the worktree.
import {gitWorktrees} from '../../src/adapters/worktree/git-worktrees.ts';
import type {Place} from '../../src/core/vocabulary/event.ts';
import type {GitTree, SessionId} from '../../src/core/vocabulary/ids.ts';
import {dieAfter} from './die-after.ts';

type Given = {home: string; after: number; repo: string; place: Place; id: SessionId; last: GitTree; to: GitTree};

const {home, after, repo, place, id, last, to} = JSON.parse(process.argv[2] ?? '') as Given;
const worktrees = gitWorktrees({home, maxFileBytes: 1_000_000, dependencies: false});
await worktrees.open(repo, place, id, last);
dieAfter(after, place.root);
await worktrees.restore(place, id, to);
process.stdout.write('finished\n');
process.exit(0);
