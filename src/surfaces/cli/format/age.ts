const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago, in the largest unit that fits; older than a month it is the day itself. Both in milliseconds since 1970. */
export function age(then: number, now: number): string {
  const ms = Math.max(0, now - then);
  if (ms < minute) return 'just now';
  if (ms < hour) return `${Math.floor(ms / minute)} min ago`;
  if (ms < day) return `${Math.floor(ms / hour)} h ago`;
  if (ms < 31 * day) return `${Math.floor(ms / day)} d ago`;
  return new Date(then).toISOString().slice(0, 10);
}
