import {describe, expect, test} from 'vitest';
import {relocated} from '../../../src/agent/rerun/relocate.ts';
import type {Block} from '../../../src/core/vocabulary/block.ts';
import type {BlobRef, CallId} from '../../../src/core/vocabulary/ids.ts';

const [old, fresh] = ['ab12cd34'.repeat(8) as BlobRef, 'ef56ab78'.repeat(8) as BlobRef];
const moved = {roots: [{from: '/home/me/w/k3f', to: '/home/me/w/z9x'}], outputs: () => new Map([[old, fresh]])};
const call = (input: unknown): Block => ({type: 'call', id: '1.1' as CallId, provider_id: null, tool: 'shell', input});
const check = (input: unknown, expected: unknown) => expect(relocated([call(input)], moved)).toEqual([call(expected)]);

describe('a recorded call', () => {
  test.each([
    ['cat /home/me/w/k3f/a.txt', 'cat /home/me/w/z9x/a.txt'],
    ['cd /home/me/w/k3f && ls', 'cd /home/me/w/z9x && ls'],
    ['cd "/home/me/w/k3f"; ls /home/me/w/k3f', 'cd "/home/me/w/z9x"; ls /home/me/w/z9x'],
    ['in /home/me/w/k3f.', 'in /home/me/w/z9x.'],
    ['ls /home/me/w/k3f2 /home/me/w/k3f-old /home/me/w/k3f.bak', 'ls /home/me/w/k3f2 /home/me/w/k3f-old /home/me/w/k3f.bak'],
    ['ls /elsewhere', 'ls /elsewhere'],
  ])('%s', (command, expected) => check({command}, {command: expected}));

  test('in whatever its arguments are made of', () => {
    check({edits: [{path: '/home/me/w/k3f/a'}, 3, null]}, {edits: [{path: '/home/me/w/z9x/a'}, 3, null]});
    check('/home/me/w/k3f', '/home/me/w/z9x');
    check(null, null);
  });

  test('names the outputs of this run', () => {
    check({output: old}, {output: fresh});
    check({output: old.slice(0, 8)}, {output: fresh.slice(0, 8)});
    check({output: '3.1'}, {output: '3.1'});
    check({output: 'ab12cd'}, {output: 'ab12cd'});
    check({output: 'ffffffff'}, {output: 'ffffffff'});
  });
});

test('a dollar sign in the new place is no pattern', () => {
  const odd = {...moved, roots: [{from: '/w/(a)+', to: '/w/$&$1'}]};
  expect(relocated([call({command: 'ls /w/(a)+/x'})], odd)).toEqual([call({command: 'ls /w/$&$1/x'})]);
});

test('what the model says stays as it was', () => {
  const said: Block[] = [{type: 'text', text: 'in /home/me/w/k3f'}];
  expect(relocated(said, moved)).toEqual(said);
});
