import {expect, test} from 'vitest';
import {checkSessionEvent} from '../../../src/core/log/event-schema.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import {referenceSession} from '../../support/reference-session.ts';

const [opened] = referenceSession;

const at = (cwd: string): SessionEvent => {
  if (opened?.type !== 'session.opened') throw new Error('The reference session begins with how it was opened.');
  return {...opened, place: {...opened.place, cwd}};
};

test.each(['', 'sub', 'sub/deeper', 'a..b', '...'])('a session may work in %j below its root', cwd => {
  expect(checkSessionEvent(at(cwd))).toBeNull();
});

test.each(['/', '/etc', '..', '../x', 'a/../../x', 'a\\..\\b'])(
  'a folder that leads out of its root (%j) is no event, whoever wrote the log',
  cwd => {
    expect(checkSessionEvent(at(cwd))).toContain('leads out of its folder');
  },
);
