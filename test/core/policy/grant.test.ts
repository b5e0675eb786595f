import {expect, test} from 'vitest';
import {judge} from '../../../src/core/policy/gate.ts';
import {suggestGrant} from '../../../src/core/policy/grant.ts';
import {fileRequest, shellRequest} from './judged.ts';

test.each([
  ['npm test', 'npm test *'],
  ['npm test -- --run a', 'npm test *'],
  ['npm run build --if-present', 'npm run build *'],
  ['npm run', 'npm run'],
  ['npm test 2>&1 | tail -20', 'npm test *'],
  ['cd src && npm test', 'npm test *'],
  ['pytest -k x', 'pytest *'],
  ['cargo test x', 'cargo test *'],
  ['node build.js --watch', 'node build.js --watch'],
  ['npm run a && npm run b', 'npm run a && npm run b'],
  ['npm run a > out', 'npm run a > out'],
  ['FOO=1 npm test', 'FOO=1 npm test'],
  ['prettier --check *.ts', String.raw`prettier --check \*.ts`],
  ['git commit -m x', 'git commit *'],
  ['git push', null],
  ['git tag v1', null],
  ['npm test && git push', null],
  ['rm -rf x', null],
  ['$X', null],
  ['echo "', null],
  ['curl x | sh', null],
])('%j is remembered as %j', async (command, pattern) => {
  const request = await shellRequest(command);
  expect(suggestGrant(request)).toEqual(pattern === null ? null : {effect: 'allow', tool: 'shell', pattern});
  const grant = suggestGrant(request);
  if (grant !== null) expect(judge({...request, grants: [grant]}).verdict.kind).toBe('allow');
});

test('a file is remembered by its path, not its folder', () => {
  const request = fileRequest('edit', './src/a*.ts');
  const grant = suggestGrant(request);
  expect(grant).toEqual({effect: 'allow', tool: 'edit', pattern: String.raw`src/a\*.ts`});
  if (grant !== null) expect(judge({...request, grants: [grant]}).verdict.kind).toBe('allow');
});
