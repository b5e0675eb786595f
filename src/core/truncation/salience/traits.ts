/** What a line is like, as bits of one number. */
export const Trait = {
  failure: 1,
  warning: 2,
  success: 4,
  /** Names a place in a file. */
  location: 8,
  /** Says what was wanted, or what came. */
  difference: 16,
  cause: 32,
  trouble: 64,
  /** A command with its options. */
  command: 128,
  blank: 256,
  /** Says how a process ended, and that was not with 0. */
  ended: 512,
  /** Begins with a minus, or a plus, as the lines of a difference do. */
  minus: 1_024,
  plus: 2_048,
  /** Names a place that is not the project's own. */
  dependency: 4_096,
} as const;
