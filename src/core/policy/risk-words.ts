import type {Risk} from '../vocabulary/verdict.ts';

/** What the call may do, in words. */
export const riskWords: Readonly<Record<Risk, string>> = {
  reads: 'only reads',
  'writes-worktree': 'changes files in the worktree',
  'runs-command': 'runs a command',
  'writes-outside': 'writes outside the worktree',
  'writes-shared-git': 'may change what your checkout shares (branches, tags, configuration)',
  network: 'uses the network',
  destroys: 'may destroy data',
};

/** Stands above the question where a call holds what a terminal obeys or does not show. */
export const unseenWarning = 'It holds control characters or invisible ones: they are written out here, as in \\x1b.';
