import {existsSync, mkdtempSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {makeFolder} from '../../../src/adapters/session/make-folder.ts';

test('makes a folder and those above it for their owner only, and leaves what is there', () => {
  const root = mkdtempSync(join(tmpdir(), 'agent-folder-'));
  onTestFinished(() => rmSync(root, {recursive: true}));
  makeFolder(join(root, 'a/b/c'));
  makeFolder(join(root, 'a/b/c'));
  expect(['a', 'a/b', 'a/b/c'].map(path => statSync(join(root, path)).mode & 0o777)).toEqual([0o700, 0o700, 0o700]);
});

// Where `/proc` takes no folders, a recursive mkdir of Node would never end.
test.each(['/dev/null/x', ...(existsSync('/proc/self') ? ['/proc/agent-test/x'] : [])])('%s is refused at once, with a way on', path =>
  expect(() => makeFolder(path)).toThrow(/^\/(dev\/null\/x|proc\/agent-test) cannot be written: .*AGENT_HOME/),
);
