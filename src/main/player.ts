import type {Program} from '../agent/program.ts';
import {runPlayer} from '../surfaces/ui/replay/run-player.ts';
import type {Parts} from './parts.ts';

/** A recorded session in the terminal, with what its calls printed and what its steps changed a key away. */
export async function composePlayer(
  options: Parameters<Program['player']>[0],
  {env, blobs, worktrees}: Pick<Parts, 'env' | 'blobs' | 'worktrees'>,
): ReturnType<Program['player']> {
  return runPlayer({...options, env, blobs, worktrees, stdin: process.stdin, stdout: process.stdout});
}
