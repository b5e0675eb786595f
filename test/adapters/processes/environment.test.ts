import {expect, test} from 'vitest';
import {allowedEnvironment} from '../../../src/adapters/processes/environment.ts';

/** What passes of `env`, without what is always set. */
function check(env: Record<string, string>, allow: string[], expected: Record<string, string>): void {
  const always = allowedEnvironment({}, []);
  const got = allowedEnvironment(env, allow);
  for (const name of Object.keys(always)) if (!(name in expected)) delete got[name];
  expect(got).toEqual(expected);
}

test('what a build needs passes', () => {
  const env = {
    PATH: '/usr/bin',
    HOME: '/h',
    LC_ALL: 'de_DE.UTF-8',
    XDG_CACHE_HOME: '/h/.cache',
    GOPATH: '/h/go',
    HTTPS_PROXY: 'http://p:1',
    CI: 'true',
    GIT_AUTHOR_NAME: 'A',
  };
  check(env, [], env);
});

test.each([
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'GITHUB_TOKEN',
  'NPM_TOKEN',
  'SSH_AUTH_SOCK',
  'DATABASE_URL',
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_CONFIG_COUNT',
  'GIT_ASKPASS',
  'GIT_SSH_COMMAND',
  'npm_config_user_agent',
  'npm_package_name',
  'INIT_CWD',
  'NODE_ENV',
  'NODE_V8_COVERAGE',
  'NODE_CHANNEL_FD',
  'VITEST',
  'MAKEFLAGS',
  'AGENT_IDEMPOTENCY_KEY',
  'AGENT_HOME',
  'BASH_ENV',
  'ENV',
  'PWD',
  'OLDPWD',
  'SHLVL',
  'FORCE_COLOR',
  'CLICOLOR_FORCE',
  'LD_PRELOAD',
  'EDITOR',
])('%s does not', name => check({[name]: 'x'}, [], {}));

test('more names, whole or with stars; a secret only by its whole name', () => {
  const env = {AWS_REGION: 'r', AWS_SECRET_ACCESS_KEY: 's', MY_APP: 'm', MY_APP_TOKEN: 't', 'A.B': 'dot', AxB: 'x'};
  check(env, ['AWS_*', 'MY_APP', 'A.*'], {AWS_REGION: 'r', MY_APP: 'm', 'A.B': 'dot'});
  check(env, ['*'], {AWS_REGION: 'r', MY_APP: 'm', 'A.B': 'dot', AxB: 'x'});
  check(env, ['MY_APP_TOKEN'], {MY_APP_TOKEN: 't'});
  check({OPENAI_API_KEY: 'k'}, ['OPENAI_*'], {});
});

test('nothing waits for a person, whatever the user has set', () => {
  expect(allowedEnvironment({TERM: 'xterm', PAGER: 'less', GIT_EDITOR: 'vi', GIT_TERMINAL_PROMPT: '1'}, ['*'])).toMatchObject({
    TERM: 'dumb',
    PAGER: 'cat',
    GIT_PAGER: 'cat',
    GIT_EDITOR: 'true',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    NO_COLOR: '1',
  });
});

test("folders that a script runner put in front of PATH are taken out, the user's own stay", () => {
  const path = '/p/node_modules/.bin:/node_modules/.bin:/n/npm/node-gyp-bin:/usr/bin:/q/node_modules/.bin';
  check({PATH: path, npm_lifecycle_event: 'test'}, [], {PATH: '/usr/bin:/q/node_modules/.bin'});
  check({PATH: path}, [], {PATH: path});
  check({PATH: '/p/node_modules/.bin', npm_execpath: 'x'}, [], {PATH: '/p/node_modules/.bin'});
});

test('a debugger does not follow into commands', () => {
  check({NODE_OPTIONS: '--max-old-space-size=4096'}, [], {NODE_OPTIONS: '--max-old-space-size=4096'});
  check({NODE_OPTIONS: '--inspect-brk=0'}, [], {});
  check({NODE_OPTIONS: '--require /x/ms-vscode.js-debug/bootloader.js'}, [], {});
});
