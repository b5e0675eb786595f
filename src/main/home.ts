import {homedir} from 'node:os';
import {isAbsolute, join, resolve} from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** AGENT_HOME: where sessions, blobs, worktrees and checkpoints are. By default the platform's state directory. */
export function agentHome(env: Environment, cwd: string): string {
  if (env['AGENT_HOME']) return resolve(cwd, env['AGENT_HOME']);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'agent');
  return join(absolute(env['XDG_STATE_HOME']) ?? join(homedir(), '.local', 'state'), 'agent');
}

/** The user's own configuration: `config.toml` and `AGENTS.md`. */
export const configFolder = (env: Environment): string => join(absolute(env['XDG_CONFIG_HOME']) ?? join(homedir(), '.config'), 'agent');

// The XDG specification says that a relative path in these is to be ignored.
const absolute = (path: string | undefined): string | null => (path !== undefined && isAbsolute(path) ? path : null);
