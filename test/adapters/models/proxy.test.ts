import {execFile} from 'node:child_process';
import {createServer} from 'node:http';
import type {Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {promisify} from 'node:util';
import {expect, test} from 'vitest';

/** The proxy of a process is global, so each case is a process of its own. */
const PROGRAM = `
  const {useProxy} = await import(process.argv[1]);
  await useProxy(process.env);
  const asked = async url => (await fetch(url).catch(error => ({text: () => error.name}))).text();
  console.log(await asked('http://provider.invalid/v1'), await asked(process.argv[2]));
`;

test('a proxy of the environment is used, but never for loopback', async () => {
  const seen: (string | undefined)[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    seen.push(request.url);
    socket.end('HTTP/1.1 502 No such host\r\n\r\n');
  });
  const local = createServer((_, answer) => answer.end('direct'));
  const [proxyUrl, localUrl] = [await listening(proxy), await listening(local)];
  try {
    expect(await printed({HTTP_PROXY: proxyUrl}, localUrl)).toBe('TypeError direct\n');
    expect(seen).toEqual(['provider.invalid:80']);
    expect(await printed({}, localUrl)).toBe('TypeError direct\n');
    expect(seen).toHaveLength(1);
  } finally {
    proxy.close();
    local.close();
  }
});

async function printed(env: Record<string, string>, url: string): Promise<string> {
  const module = new URL('../../../src/adapters/models/proxy.ts', import.meta.url).href;
  const given = ['--input-type=module', '-e', PROGRAM, module, url];
  const {stdout} = await promisify(execFile)(process.execPath, given, {env: {PATH: process.env['PATH'], ...env}});
  return stdout;
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
