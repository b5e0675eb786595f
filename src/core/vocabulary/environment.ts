/** What the charter says of the machine: taken once, when the session opens, and kept as a blob. */
export type Environment = {
  platform: string;
  shell: string;
  /** Absolute folder that the tools start in. */
  cwd: string;
  kind: 'worktree' | 'in-place';
  branch: string | null;
  /** `YYYY-MM-DD`, in UTC. */
  date: string;
  granted: readonly string[];
};
