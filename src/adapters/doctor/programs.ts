import {existsSync} from 'node:fs';
import type {Check} from '../../ports/doctor.ts';
import {reason} from './reason.ts';

const patience = 10_000;

/** `version` as `process.version` has it. */
export function nodeCheck(version: string): Check {
  return isAtLeast(version, 22, 15)
    ? {name: 'node', state: 'ok', found: version, mend: null}
    : {
        name: 'node',
        state: 'failed',
        found: `${version}, and 22.15 or newer is needed`,
        mend: 'install a current Node: https://nodejs.org',
      };
}

export async function gitCheck(env: Readonly<Record<string, string | undefined>>): Promise<Check> {
  const mend =
    process.platform === 'darwin' ? 'xcode-select --install, or brew install git' : 'install git 2.30 or newer with your package manager';
  try {
    const said = await answerOf('git', ['--version'], env);
    return gitVersionCheck(said, mend);
  } catch (error) {
    return {name: 'git', state: 'failed', found: `does not run: ${reason(error)}`, mend};
  }
}

export function gitVersionCheck(said: string, mend: string): Check {
  if (isAtLeast(said, 2, 30)) return {name: 'git', state: 'ok', found: said, mend: null};
  return {name: 'git', state: 'failed', found: `${said || 'it says no version'}, and 2.30 or newer is needed`, mend};
}

export async function shellCheck(): Promise<Check> {
  const bash = ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash', '/opt/homebrew/bin/bash', '/run/current-system/sw/bin/bash'].find(
    path => existsSync(path),
  );
  const shell = bash ?? '/bin/sh';
  try {
    const said = await answerOf(shell, ['-c', 'echo works']);
    if (said !== 'works')
      return {
        name: 'shell',
        state: 'failed',
        found: `${shell} answers ${JSON.stringify(said)}`,
        mend: 'see why its start files print or fail',
      };
    if (bash !== undefined) return {name: 'shell', state: 'ok', found: shell, mend: null};
    return {name: 'shell', state: 'warning', found: '/bin/sh; models write bash', mend: 'install bash'};
  } catch (error) {
    return {name: 'shell', state: 'failed', found: `${shell} does not run: ${reason(error)}`, mend: 'install bash'};
  }
}

export async function ripgrepCheck(): Promise<Check> {
  try {
    const {rgPath} = await import('@vscode/ripgrep');
    const said = await answerOf(rgPath, ['--version']);
    return {name: 'ripgrep', state: 'ok', found: said.split('\n')[0] ?? '', mend: null};
  } catch (error) {
    return {
      name: 'ripgrep',
      state: 'failed',
      found: `does not run: ${reason(error)}`,
      mend: 'npm install -g hippo-agent, without --omit=optional',
    };
  }
}

async function answerOf(program: string, args: readonly string[], env?: Readonly<Record<string, string | undefined>>): Promise<string> {
  const {execa} = await import('execa');
  const {stdout} = await execa(program, args, {timeout: patience, stdin: 'ignore', ...(env === undefined ? {} : {env, extendEnv: false})});
  return stdout.trim();
}

function isAtLeast(text: string, major: number, minor: number): boolean {
  const match = /(\d+)\.(\d+)/.exec(text);
  const [found, under] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  return found > major || (found === major && under >= minor);
}
