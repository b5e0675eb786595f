/** Milliseconds that a provider asks to wait: `retry-after-ms`, or `retry-after` in seconds or as an HTTP date. */
export function retryAfter(headers: Headers | undefined, now: number = Date.now()): number | null {
  const exact = number(headers?.get('retry-after-ms'));
  if (exact !== null) return Math.round(exact);
  const text = headers?.get('retry-after');
  const seconds = number(text);
  if (seconds !== null) return Math.round(seconds * 1000);
  const date = Date.parse(text ?? '');
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

function number(text: string | null | undefined): number | null {
  return text !== null && text !== undefined && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : null;
}
