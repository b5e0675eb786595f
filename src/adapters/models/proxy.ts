/**
 * The SDKs send through Node's fetch, which takes a proxy from the environment only when told to. Called before the first request;
 * loopback is never sent through a proxy. Custom certificate authorities need nothing: Node reads NODE_EXTRA_CA_CERTS itself.
 */
export async function useProxy(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const https = env['https_proxy'] ?? env['HTTPS_PROXY'];
  const http = env['http_proxy'] ?? env['HTTP_PROXY'];
  if (!https && !http) return;
  const node: {setGlobalProxyFromEnv?: (proxies: Record<string, string | undefined>) => unknown} = await import('node:http');
  const spared = [env['no_proxy'] ?? env['NO_PROXY'], 'localhost', '127.0.0.1', '::1', '[::1]'].filter(Boolean).join(',');
  // Older Node has only the start-up switch NODE_USE_ENV_PROXY, which the user can set.
  node.setGlobalProxyFromEnv?.({...(https ? {https_proxy: https} : {}), ...(http ? {http_proxy: http} : {}), no_proxy: spared});
}
