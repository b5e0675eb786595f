import {homedir} from 'node:os';
import {isAbsolute, join, resolve} from 'node:path';
import {Stop} from '../agent/stop.ts';
import {visible} from '../core/text/visible.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** AGENT_HOME: where sessions, blobs, worktrees and checkpoints are. By default the platform's state directory. */
export function agentHome(env: Environment): string {
  if (env['AGENT_HOME']) return named(env['AGENT_HOME']);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'agent');
  return join(absolute(env['XDG_STATE_HOME']) ?? join(homedir(), '.local', 'state'), 'agent');
}

/** A folder that depends on where the program was started would be another one each time, and often one in the repository. */
function named(value: string): string {
  const path = value === '~' || value.startsWith('~/') ? join(homedir(), value.slice(1)) : value;
  if (/[\u0000-\u001f\u007f]/.test(path))
    throw new Stop(3, `AGENT_HOME holds a line end or another control character: ${visible(value)}\nSet it to an absolute path.`);
  if (!isAbsolute(path))
    throw new Stop(3, `AGENT_HOME is not an absolute path: ${visible(value)}\nSet it to one: export AGENT_HOME="$HOME/.agent"`);
  return resolve(path);
}

/** The user's own configuration: `config.toml` and `AGENTS.md`. */
export const configFolder = (env: Environment): string => join(absolute(env['XDG_CONFIG_HOME']) ?? join(homedir(), '.config'), 'agent');

// The XDG specification says that a relative path in these is to be ignored.
const absolute = (path: string | undefined): string | null => (path !== undefined && isAbsolute(path) ? path : null);
