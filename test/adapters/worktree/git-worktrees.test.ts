import {gitWorktrees} from '../../../src/adapters/worktree/git-worktrees.ts';
import {worktreeContract} from '../../contracts/worktree.ts';

worktreeContract('git', home => gitWorktrees({home, maxFileBytes: 1_000_000, dependencies: true}));
