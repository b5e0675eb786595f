import type {ParsedCommand} from '../core/vocabulary/parsed-command.ts';

/** What a shell command line would run, found by a real parser. Never rejects: what cannot be parsed is not certain. */
export type ShellSyntax = {parse: (command: string) => Promise<ParsedCommand>};
