/** What may be secret in `scheme://user:password@host/path?query`. Without a colon there is a user only. */
export type UrlParts = {user: string; password: string; rest: readonly string[]};

/** Null where a text is no URL. A password may hold what should have been encoded: it goes up to the last `@` before the host. */
export function partsOfUrl(text: string): UrlParts | null {
  const scheme = /^[a-z][a-z\d+.-]*:\/\//i.exec(text)?.[0];
  if (scheme === undefined || /\s/.test(text)) return null;
  const after = text.slice(scheme.length);
  const at = after.lastIndexOf('@', endOfAuthority(after));
  const [login, rest] = [after.slice(0, Math.max(0, at)), after.slice(at + 1)];
  const colon = login.indexOf(':');
  const user = colon < 0 ? login : login.slice(0, colon);
  const password = colon < 0 ? '' : login.slice(colon + 1);
  return {user, password, rest: rest.split(/[/?&#=]/).slice(1)};
}

/** Where the host may end: with the first `/`, `?` or `#`; unless that stands in a password, since what is before it is no host with a port. */
function endOfAuthority(text: string): number {
  const end = text.search(/[/?#]/);
  if (end < 0) return text.length;
  const begun = text.slice(0, end);
  if (begun.includes('@') || !begun.includes(':') || /:\d{0,5}$/.test(begun) || begun.startsWith('[')) return end;
  return text.length;
}
