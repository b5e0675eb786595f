/** Host and path: the part of a URL that helps, without the credentials that may stand in it. */
export function place(url: string): string {
  if (!URL.canParse(url)) return url;
  const {host, pathname} = new URL(url);
  return `${host}${pathname}`;
}

export function isLoopback(url: string): boolean {
  return URL.canParse(url) && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}
