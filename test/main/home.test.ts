import {homedir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {agentHome} from '../../src/main/home.ts';

test.each([
  ['/srv/agent', '/srv/agent'],
  ['/srv/../srv/agent/', '/srv/agent'],
  ['~/agent', join(homedir(), 'agent')],
  ['~', homedir()],
])('AGENT_HOME=%s is %s', (value, expected) => expect(agentHome({AGENT_HOME: value})).toBe(expected));

test.each(['agent', './agent', '../x', '~user/x', '/srv/a\nb', '/srv/\u001b[2K'])('AGENT_HOME=%j is refused', value =>
  expect(() => agentHome({AGENT_HOME: value})).toThrow(expect.objectContaining({name: 'Stop', code: 3}) as Error),
);
