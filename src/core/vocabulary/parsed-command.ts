/**
 * Every simple command in pipes, lists, substitutions, heredocs, functions and nested shells (`bash -c`, `eval`, `xargs`, `env`, `sudo`), in
 * order. `certain: false` where something could not be known before it runs (a variable as the command's name, a parse error, text piped
 * into a shell): a rule that allows must then not be taken.
 */
export type ParsedCommand = {commands: readonly SimpleCommand[]; certain: boolean; why?: string};

/**
 * `words` with quotes removed; a word that is not known before it runs is null. `texts` are the same words as they were written. `sets` are
 * the variables that are assigned for the command (or, where there are no words, for what follows). `writes` are the targets of output
 * redirections.
 */
export type SimpleCommand = {
  words: readonly (string | null)[];
  texts: readonly string[];
  sets: readonly string[];
  writes: readonly (string | null)[];
  /** The files that input is redirected from. */
  reads?: readonly (string | null)[];
};
