import type {OpenRequest, OpenSession} from '../../src/agent/program.ts';
import {compose} from '../../src/main/compose.ts';
import type {Sandbox} from './sandbox.ts';

/** A new session of the real program in the sandbox's repository, in mode `full`, with nobody at the terminal. */
export async function openSession(
  at: Sandbox,
  model: string,
  more: Partial<OpenRequest> = {},
): Promise<OpenSession & {program: ReturnType<typeof compose>}> {
  const program = compose({env: at.env, cwd: at.repo});
  const request = {dir: at.repo, in_place: false, add_dirs: [], config: null, headless: true, ...more};
  return {...(await program.open({...request, flags: {model, mode: 'full' as const, ...more.flags}})), program};
}
