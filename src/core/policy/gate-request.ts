import type {ParsedCommand} from '../vocabulary/parsed-command.ts';
import type {Mode, Risk, Rule} from '../vocabulary/verdict.ts';

/** What is judged. */
export type GateRequest = {
  tool: string;
  /** Whether the session has a tool of this name. */
  known: boolean;
  traits: {readOnly: boolean; destructive: boolean};
  risk: Risk;
  /** The command of `shell`; the path of a file tool as it is shown after it was resolved, relative to the worktree. */
  subject: string;
  /** Other names of that path, as it was written: denying and asking rules match any of its names, allowing ones must match all. */
  also?: readonly string[];
  /** For commands. A call that runs none has null here, or (of `shell`) a line without commands. */
  parsed: ParsedCommand | null;
  mode: Mode;
  rules: readonly Rule[];
  /** What the user answered with "don't ask again": they win over asking rules, never over denying ones. */
  grants: readonly Rule[];
  headless: boolean;
  /** Absolute folders of the session. A command that reads an absolute path elsewhere is not allowed unasked. */
  roots?: readonly string[];
  /** Something that a reading command names is, through a link, a place outside: then none of the line provably reads. */
  outside?: boolean;
};
