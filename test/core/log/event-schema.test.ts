import {expect, test} from 'vitest';
import {checkSessionEvent} from '../../../src/core/log/event-schema.ts';
import {referenceSession} from '../../support/reference-session.ts';

const [opened] = referenceSession;

test.each(['', 'sub', 'sub/deeper', 'a..b', '...'])('a session may work in %j below its root', cwd => {
  if (opened?.type !== 'session.opened') throw new Error('The reference session begins with how it was opened.');
  expect(checkSessionEvent({...opened, place: {...opened.place, cwd}})).toBeNull();
});

test.each(['/', '/etc', '..', '../x', 'a/../../x', 'a\\..\\b'])(
  'a folder that leads out of its root (%j) is no event, whoever wrote the log',
  cwd => {
    if (opened?.type !== 'session.opened') throw new Error('The reference session begins with how it was opened.');
    expect(checkSessionEvent({...opened, place: {...opened.place, cwd}})).toContain('leads out of its folder');
  },
);
