/** How many lines a change adds and takes away, as `+3 −1`. A change too large to compare in bounded time counts everything between its ends. */
export async function lineChange(before: string, after: string): Promise<string> {
  const {diffLines} = await import('diff');
  const parts = diffLines(before, after, {maxEditLength: 2_000});
  const [added, removed] =
    parts === undefined ? between(before.split('\n'), after.split('\n')) : [sum(parts, 'added'), sum(parts, 'removed')];
  return `+${added} −${removed}`;
}

function sum(parts: readonly {added: boolean; removed: boolean; count: number}[], which: 'added' | 'removed'): number {
  return parts.reduce((total, part) => total + (part[which] ? part.count : 0), 0);
}

function between(before: readonly string[], after: readonly string[]): [added: number, removed: number] {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start++;
  let end = 0;
  while (end < shortest - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return [after.length - start - end, before.length - start - end];
}
