import {execFile} from 'node:child_process';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {promisify} from 'node:util';
import {expect, test} from 'vitest';

const run = promisify(execFile);

/** The proxy of a process is global, so each case is a process of its own. */
const PROGRAM = `
  const {useProxy} = await import(process.argv[1]);
  await useProxy(process.env);
  const asked = async url => (await fetch(url).catch(error => ({text: () => error.name}))).text();
  console.log(await asked('http://provider.invalid/v1'), await asked(process.argv[2]));
`;

test('a proxy of the environment is used, but never for loopback', async () => {
  const proxy = createServer((request, answer) => answer.end(`proxied:${request.url}`));
  const local = createServer((_, answer) => answer.end('direct'));
  const [proxyUrl, localUrl] = await Promise.all(
    [proxy, local].map(async server => {
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    }),
  );
  const module = new URL('../../../src/adapters/models/proxy.ts', import.meta.url).href;
  const start = (env: Record<string, string>) =>
    run(process.execPath, ['--input-type=module', '-e', PROGRAM, module, localUrl ?? ''], {env: {PATH: process.env['PATH'], ...env}});
  try {
    expect((await start({HTTP_PROXY: proxyUrl ?? ''})).stdout).toBe('proxied:http://provider.invalid/v1 direct\n');
    expect((await start({})).stdout).toBe('TypeError direct\n');
  } finally {
    proxy.close();
    local.close();
  }
});
