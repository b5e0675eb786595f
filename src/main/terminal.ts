import type {Program} from '../agent/program.ts';
import {runUi} from '../surfaces/ui/ui.ts';
import type {Parts} from './parts.ts';
import {sessionActions} from './session-actions.ts';

/** The session in the terminal, with what it changed a key away. */
export async function runTerminal(options: Parameters<Program['terminal']>[0], parts: Parts): Promise<'quit' | 'interrupted'> {
  const {home, env} = parts;
  return runUi({...options, stdin: process.stdin, stdout: process.stdout, home, env, actions: sessionActions(options, parts)});
}
