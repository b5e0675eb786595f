import type {SimpleCommand} from '../../core/vocabulary/parsed-command.ts';

/** A command line as it is written, nested shells still closed. `why` says what is not known before it runs; null where all is. */
export type Line = {commands: readonly WrittenCommand[]; why: string | null};

/** `stdin` is the text that a heredoc or a here-string feeds to the command, null where that is not known or comes from elsewhere. */
export type WrittenCommand = SimpleCommand & {stdin: string | null};
