import type {Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import {report} from './failures.ts';
import type {Io} from './io.ts';
import {splitPrompt} from './prompt-words.ts';
import {commandTree} from './tree.ts';
import type {Running} from './tree/command.ts';

export {processIo} from './io.ts';

/** Runs one command line (without the program's own name) and answers its exit code. Never rejects. */
export async function runCli(argv: readonly string[], program: Program, io: Io): Promise<ExitCode> {
  const options = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined);
  const debug = options.includes('--debug') || program.env['AGENT_DEBUG'] === '1';
  const running: Running = {program, io, debug, words: [], code: 0};
  try {
    const root = commandTree(running);
    const split = splitPrompt(argv, root);
    if (split !== null) running.words = split.words;
    await root.parseAsync([...(split?.options ?? argv)], {from: 'user'});
    return running.code;
  } catch (error) {
    return report(error, {io, debug});
  }
}
