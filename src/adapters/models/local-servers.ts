/** A kind of model server that people run on their own machine. */
export type LocalKind = 'ollama' | 'lmstudio' | 'llamacpp' | 'vllm';
export type LocalServer = {kind: LocalKind; url: string};

/** Where each listens unless told otherwise; `overrides` win, then `OLLAMA_HOST`. URLs without path. */
export function localServers(
  env: Readonly<Record<string, string | undefined>>,
  overrides: Partial<Record<LocalKind, string>> = {},
): LocalServer[] {
  return KINDS.map(kind => ({kind, url: overrides[kind] ?? (kind === 'ollama' ? ollamaUrl(env['OLLAMA_HOST']) : USUAL[kind])}));
}

export function isLocalKind(name: string): name is LocalKind {
  return (KINDS as readonly string[]).includes(name);
}

const KINDS = ['ollama', 'lmstudio', 'llamacpp', 'vllm'] as const;
const USUAL = {
  ollama: 'http://127.0.0.1:11434',
  lmstudio: 'http://127.0.0.1:1234',
  llamacpp: 'http://127.0.0.1:8080',
  vllm: 'http://127.0.0.1:8000',
};

/** `OLLAMA_HOST` may lack scheme, host or port, and 0.0.0.0 is an address to listen on, not to call. */
function ollamaUrl(host: string | undefined): string {
  const given = host?.trim() ?? '';
  if (given === '') return USUAL.ollama;
  const whole = given.includes('://') ? given : `http://${given.startsWith(':') ? `127.0.0.1${given}` : given}`;
  if (!URL.canParse(whole)) return USUAL.ollama;
  const url = new URL(whole);
  // URL drops a scheme's own port, which here stands for itself.
  const port = /:(\d+)\/?$/.exec(whole)?.[1] ?? (given.includes('://') ? (url.protocol === 'https:' ? '443' : '80') : '11434');
  const name = url.hostname === '0.0.0.0' ? '127.0.0.1' : url.hostname === '[::]' ? '[::1]' : url.hostname;
  return `${url.protocol}//${name}:${port}`;
}
